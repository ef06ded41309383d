"""A reply's results as plain Python values."""

from typing import Any, overload

from google.protobuf.message import Message

from salience.errors import ServingError
from salience.rpc_status import error_of
from salience.v1.entities_pb2 import Entities, RecognizeEntitiesReply
from salience.v1.images_pb2 import (
    Classification,
    ClassifyImagesReply,
    Detection,
    DetectObjectsReply,
    GeneratedImage,
    GenerateImagesReply,
)
from salience.v1.summarization_pb2 import SummarizeReply, Summary
from salience.v1.translation_pb2 import TranslateReply, Translation


@overload
def answers(reply: TranslateReply) -> list[Translation | ServingError]: ...
@overload
def answers(reply: SummarizeReply) -> list[Summary | ServingError]: ...
@overload
def answers(reply: ClassifyImagesReply) -> list[Classification | ServingError]: ...
@overload
def answers(reply: DetectObjectsReply) -> list[Detection | ServingError]: ...
@overload
def answers(reply: GenerateImagesReply) -> list[GeneratedImage | ServingError]: ...
@overload
def answers(reply: RecognizeEntitiesReply) -> list[Entities | ServingError]: ...
def answers(
    reply: TranslateReply
    | SummarizeReply
    | RecognizeEntitiesReply
    | ClassifyImagesReply
    | DetectObjectsReply
    | GenerateImagesReply,
) -> list[Any]:
    """One answer per item, in order; an item that could not be served has its error there."""
    return [_answer(result) for result in reply.results]


def _answer(result: Message) -> Any:
    outcome = result.WhichOneof("outcome")
    if outcome == "error":
        return error_of(result.error)  # type: ignore[attr-defined]
    return getattr(result, outcome)
