"""Both protocols behind one face: a request message in, its reply or its failure out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import pytest
from google.protobuf.message import Message

from salience.v1.entities_pb2 import RecognizeEntitiesReply, RecognizeEntitiesRequest
from salience.v1.images_pb2 import ClassifyImagesReply, ClassifyImagesRequest
from salience.v1.summarization_pb2 import SummarizeReply, SummarizeRequest
from salience.v1.translation_pb2 import TranslateReply, TranslateRequest

Reply = TypeVar("Reply", bound=Message)

PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Failure:
    """Why a call failed, in the terms that both protocols share."""

    code: str
    reason: str
    message: str
    violations: tuple[tuple[str, str], ...]
    """Field and description."""
    retry_seconds: float | None

    @property
    def fields(self) -> list[str]:
        return [field for field, _ in self.violations]


class CallFailed(Exception):
    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Transport(Protocol):
    name: str

    def call(
        self, request: Message, reply_type: type[Reply], *, timeout_seconds: float | None = None
    ) -> Reply:
        """The reply; raises CallFailed. A timeout given is the caller's deadline."""

    def begin(self, request: Message) -> Callable[[], object]:
        """Call and do not wait; the result hangs up."""


def translate(transport: Transport, *texts: str, **fields: Any) -> TranslateReply:
    """Translate from English to German unless the fields say otherwise."""
    timeout = fields.pop("timeout_seconds", None)
    request = translate_request(*texts, **fields)
    return transport.call(request, TranslateReply, timeout_seconds=timeout)


def entities(transport: Transport, *texts: str, **fields: Any) -> RecognizeEntitiesReply:
    request = RecognizeEntitiesRequest(texts=texts, **fields)
    return transport.call(request, RecognizeEntitiesReply)


def summarize(transport: Transport, *texts: str, **fields: Any) -> SummarizeReply:
    return transport.call(SummarizeRequest(texts=texts, **fields), SummarizeReply)


def classify(transport: Transport, *images: bytes, **fields: Any) -> ClassifyImagesReply:
    request = ClassifyImagesRequest(images=images, **fields)
    return transport.call(request, ClassifyImagesReply)


def translate_request(*texts: str, **fields: Any) -> TranslateRequest:
    languages = {"source_language": "en", "target_language": "de"}
    return TranslateRequest(texts=texts, **{**languages, **fields})


def failure_of(transport: Transport, request: Message, **options: Any) -> Failure:
    """Make a call that fails."""
    with pytest.raises(CallFailed) as raised:
        transport.call(request, Message, **options)
    return raised.value.failure
