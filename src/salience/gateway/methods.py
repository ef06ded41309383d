"""Every method of the API, as both transports serve it: the table, and its entries."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from google.api import annotations_pb2
from google.protobuf.descriptor import FileDescriptor, MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from salience.gateway.call_context import CallContext
from salience.gateway.registry import Registry
from salience.gateway.selection import LanguageField
from salience.gateway.text_calls import TextCalls, TextKind
from salience.gateway.text_streams import translate_stream
from salience.v1 import entities_pb2, models_pb2, translation_pb2
from salience.v1.models_pb2 import GetModelRequest, ListModelsReply, ListModelsRequest, Model

API_FILES: tuple[FileDescriptor, ...] = (
    translation_pb2.DESCRIPTOR,
    entities_pb2.DESCRIPTOR,
    models_pb2.DESCRIPTOR,
)

TRANSLATION = TextKind(
    task=models_pb2.TASK_TRANSLATION,
    languages=(
        LanguageField("source_language", offered="source_languages", required=True),
        LanguageField("target_language", offered="target_languages", required=True),
    ),
    reply_type=translation_pb2.TranslateReply,
)
ENTITIES = TextKind(
    task=models_pb2.TASK_ENTITIES,
    languages=(LanguageField("language", offered="source_languages", required=False),),
    reply_type=entities_pb2.RecognizeEntitiesReply,
)


@dataclass(frozen=True)
class Backends:
    """What methods are answered with."""

    texts: TextCalls
    registry: Registry


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
    kind: TextKind | None

    @property
    def name(self) -> str:
        """Without the service, for example `Translate`."""
        return str(self.descriptor.name)

    @property
    def streams(self) -> bool:
        """Whether there are many replies to a request."""
        return self.stream is not None

    @property
    def service(self) -> str:
        """The full name of the service, for example `salience.v1.TranslationService`."""
        return str(self.descriptor.containing_service.full_name)


async def _list_models(
    backends: Backends, request: ListModelsRequest, context: CallContext
) -> ListModelsReply:
    return ListModelsReply(models=[served.public() for served in backends.registry.models()])


async def _get_model(backends: Backends, request: GetModelRequest, context: CallContext) -> Model:
    served = backends.registry.named(request.name, field="name")
    context.model = served.name
    return served.public()


def _text_method(descriptor: MethodDescriptor, kind: TextKind) -> Method:
    return _method(
        descriptor,
        answer=lambda backends, request, context: backends.texts.answer(kind, request, context),
        kind=kind,
    )


def _method(
    descriptor: MethodDescriptor,
    *,
    answer: Answer | None = None,
    stream: StreamedAnswer | None = None,
    kind: TextKind | None = None,
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
_ENTITY_SERVICE = entities_pb2.DESCRIPTOR.services_by_name["EntityService"]
_MODEL_SERVICE = models_pb2.DESCRIPTOR.services_by_name["ModelService"]

METHODS: tuple[Method, ...] = (
    _text_method(_TRANSLATION_SERVICE.methods_by_name["Translate"], TRANSLATION),
    _method(
        _TRANSLATION_SERVICE.methods_by_name["TranslateStream"],
        stream=lambda backends, request, context: translate_stream(
            backends.texts, TRANSLATION, request, context
        ),
        kind=TRANSLATION,
    ),
    _text_method(_ENTITY_SERVICE.methods_by_name["RecognizeEntities"], ENTITIES),
    _method(_MODEL_SERVICE.methods_by_name["ListModels"], answer=_list_models),
    _method(_MODEL_SERVICE.methods_by_name["GetModel"], answer=_get_model),
)
