"""How each task is asked over each protocol."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from google.protobuf.json_format import MessageToJson

from loadtests.pictures import read_pictures
from loadtests.sentences import read_sentences
from salience.gateway.methods import METHODS
from salience.v1.entities_pb2 import RecognizeEntitiesReply, RecognizeEntitiesRequest
from salience.v1.images_pb2 import ClassifyImagesReply, ClassifyImagesRequest
from salience.v1.summarization_pb2 import SummarizeReply, SummarizeRequest
from salience.v1.translation_pb2 import TranslateReply, TranslateRequest

Request: TypeAlias = (
    TranslateRequest | SummarizeRequest | RecognizeEntitiesRequest | ClassifyImagesRequest
)
Reply: TypeAlias = TranslateReply | SummarizeReply | RecognizeEntitiesReply | ClassifyImagesReply


@dataclass(frozen=True)
class Task:
    """Where a task is asked and with what; its name is that in `model.json`."""

    name: str
    method: str
    reply_class: type[Reply]
    request: Callable[[Sequence[Any]], Request]
    items: Callable[[], Sequence[Any]]

    @property
    def grpc_method(self) -> str:
        """The path of the method over gRPC."""
        return next(f"/{m.service}/{m.name}" for m in METHODS if m.name == self.method)

    @property
    def http_path(self) -> str:
        """Where it is over HTTP."""
        return next(method.http_path for method in METHODS if method.name == self.method)

    def json_request(self, items: Sequence[Any]) -> bytes:
        """The body of the HTTP request."""
        message = self.request(items)
        return MessageToJson(message, preserving_proto_field_name=True, indent=None).encode()


def _texts(task: str) -> list[str]:
    return [sentence.text for sentence in read_sentences(task)]


TASKS = (
    Task(
        "entities",
        "RecognizeEntities",
        RecognizeEntitiesReply,
        lambda texts: RecognizeEntitiesRequest(texts=texts),
        lambda: _texts("entities"),
    ),
    Task(
        "translation",
        "Translate",
        TranslateReply,
        lambda texts: TranslateRequest(texts=texts, source_language="en", target_language="de"),
        lambda: _texts("translation"),
    ),
    Task(
        "summarization",
        "Summarize",
        SummarizeReply,
        lambda texts: SummarizeRequest(texts=texts),
        lambda: _texts("summarization"),
    ),
    Task(
        "image_classification",
        "ClassifyImages",
        ClassifyImagesReply,
        lambda images: ClassifyImagesRequest(images=images),
        lambda: [picture.content for picture in read_pictures()],
    ),
)


def task_named(name: str) -> Task:
    """For example `entities`."""
    return next(task for task in TASKS if task.name == name)
