"""Every method of the API, as both transports serve it: the table, and its entries."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from google.api import annotations_pb2
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from salience.gateway.call_context import CallContext
from salience.gateway.item_calls import ItemCalls
from salience.gateway.registry import Registry
from salience.gateway.summary_stream import summarize_stream
from salience.gateway.task_kinds import (
    ENTITIES,
    IMAGE_CLASSIFICATION,
    IMAGE_GENERATION,
    OBJECT_DETECTION,
    SUMMARIZATION,
    TRANSLATION,
    TaskKind,
)
from salience.gateway.translation_stream import translate_stream
from salience.v1 import entities_pb2, images_pb2, models_pb2, summarization_pb2, translation_pb2
from salience.v1.models_pb2 import GetModelRequest, ListModelsReply, ListModelsRequest, Model, Task


@dataclass(frozen=True)
class Backends:
    """What methods are answered with."""

    items: ItemCalls
    registry: Registry
    is_ready: Callable[[], bool]
    """Whether every model answers and new calls are welcome."""


Answer: TypeAlias = Callable[[Backends, Any, CallContext], Awaitable[Message]]
StreamedAnswer: TypeAlias = Callable[[Backends, Any, CallContext], AsyncGenerator[Message, None]]


@dataclass(frozen=True)
class Method:
    """A method of the API. `answer` is None if it streams, else `stream` is."""

    descriptor: MethodDescriptor
    request_type: type[Message]
    http_verb: str
    http_path: str
    answer: Answer | None
    stream: StreamedAnswer | None
    kind: TaskKind | None

    @property
    def name(self) -> str:
        """Without the service, for example `Translate`."""
        return str(self.descriptor.name)

    @property
    def task(self) -> Task:
        """What a model must do to answer it; unspecified when that is for the request to say."""
        return self.kind.task if self.kind else Task.TASK_UNSPECIFIED

    @property
    def streams(self) -> bool:
        """Whether there are many replies to a request."""
        return self.stream is not None

    @property
    def content_types(self) -> tuple[str, ...]:
        """What its body may be over HTTP; none when it has no body."""
        return self.kind.items.content_types if self.kind else ()

    @property
    def service(self) -> str:
        """The full name of the service, for example `salience.v1.TranslationService`."""
        return str(self.descriptor.containing_service.full_name)


async def _list_models(
    backends: Backends, request: ListModelsRequest, context: CallContext
) -> ListModelsReply:
    allows = context.caller.scope.allows
    models = (m for m in backends.registry.models() if allows(m.name, m.task))
    return ListModelsReply(models=[served.public() for served in models])


async def _get_model(backends: Backends, request: GetModelRequest, context: CallContext) -> Model:
    served = backends.registry.named(request.name, field="name")
    context.answered_by(served.name, served.task)
    return served.public()


def _item_method(descriptor: MethodDescriptor, kind: TaskKind) -> Method:
    return _method(
        descriptor,
        answer=lambda backends, request, context: backends.items.answer(kind, request, context),
        kind=kind,
    )


def _method(
    descriptor: MethodDescriptor,
    *,
    answer: Answer | None = None,
    stream: StreamedAnswer | None = None,
    kind: TaskKind | None = None,
) -> Method:
    rule = descriptor.GetOptions().Extensions[annotations_pb2.http]
    verb = rule.WhichOneof("pattern")
    return Method(
        descriptor=descriptor,
        request_type=GetMessageClass(descriptor.input_type),
        http_verb=verb.upper(),
        http_path=getattr(rule, verb),
        answer=answer,
        stream=stream,
        kind=kind,
    )


_TRANSLATION_SERVICE = translation_pb2.DESCRIPTOR.services_by_name["TranslationService"]
_SUMMARIZATION_SERVICE = summarization_pb2.DESCRIPTOR.services_by_name["SummarizationService"]
_ENTITY_SERVICE = entities_pb2.DESCRIPTOR.services_by_name["EntityService"]
_IMAGE_SERVICE = images_pb2.DESCRIPTOR.services_by_name["ImageService"]
_MODEL_SERVICE = models_pb2.DESCRIPTOR.services_by_name["ModelService"]

METHODS: tuple[Method, ...] = (
    _item_method(_TRANSLATION_SERVICE.methods_by_name["Translate"], TRANSLATION),
    _method(
        _TRANSLATION_SERVICE.methods_by_name["TranslateStream"],
        stream=lambda backends, request, context: translate_stream(
            backends.items, request, context
        ),
        kind=TRANSLATION,
    ),
    _item_method(_SUMMARIZATION_SERVICE.methods_by_name["Summarize"], SUMMARIZATION),
    _method(
        _SUMMARIZATION_SERVICE.methods_by_name["SummarizeStream"],
        stream=lambda backends, request, context: summarize_stream(
            backends.items, request, context
        ),
        kind=SUMMARIZATION,
    ),
    _item_method(_ENTITY_SERVICE.methods_by_name["RecognizeEntities"], ENTITIES),
    _item_method(_IMAGE_SERVICE.methods_by_name["ClassifyImages"], IMAGE_CLASSIFICATION),
    _item_method(_IMAGE_SERVICE.methods_by_name["DetectObjects"], OBJECT_DETECTION),
    _item_method(_IMAGE_SERVICE.methods_by_name["GenerateImages"], IMAGE_GENERATION),
    _method(_MODEL_SERVICE.methods_by_name["ListModels"], answer=_list_models),
    _method(_MODEL_SERVICE.methods_by_name["GetModel"], answer=_get_model),
)
