from collections.abc import Callable, Sequence
from typing import Any

import pytest
from entities_handler import EntitiesHandler
from google.rpc.code_pb2 import Code
from translation_handler import TranslationHandler

from salience.errors import InvalidInput, ServingError
from salience.v1.entities_pb2 import (
    Entities,
    Entity,
    RecognizeEntitiesReply,
    RecognizeEntitiesRequest,
)
from salience.v1.models_pb2 import Model
from salience.v1.translation_pb2 import TranslateReply, TranslateRequest, Translation
from tests.unit.worker.fakes import FakeContext

MODEL = Model(name="fake", version="1.2")


class FakeTask:
    """Answers every text with whatever a function makes of it; refuses empty ones."""

    model = MODEL

    def __init__(self, answer: Callable[[str], Any]) -> None:
        self._answer = answer

    def answer(self, texts: Sequence[str]) -> list[Any | ServingError]:
        return [self._answer(text) if text else InvalidInput("empty") for text in texts]


def translation_handler() -> TranslationHandler:
    handler = TranslationHandler()
    handler.task, handler.model = FakeTask(lambda text: Translation(text=text.upper())), MODEL
    return handler


def entities_handler() -> EntitiesHandler:
    def answer(text: str) -> Entities:
        return Entities(entities=[Entity(text=text, label="PER", end=len(text))])

    handler = EntitiesHandler()
    handler.task, handler.model = FakeTask(answer), MODEL
    return handler


def ask(handler: TranslationHandler | EntitiesHandler, *payloads: bytes) -> list[bytes]:
    context = FakeContext(headers=[{}] * len(payloads))
    return handler.handle([{"body": bytearray(payload)} for payload in payloads], context)


def test_translations_are_answered_in_order_with_errors_in_their_places() -> None:
    request = TranslateRequest(texts=["one", "", "three"], source_language="en")

    [body] = ask(translation_handler(), request.SerializeToString())

    first, second, third = TranslateReply.FromString(body).results
    assert (first.translation.text, third.translation.text) == ("ONE", "THREE")
    assert second.error.code == Code.INVALID_ARGUMENT


def test_entities_are_answered_in_order_with_errors_in_their_places() -> None:
    request = RecognizeEntitiesRequest(texts=["", "Ada"])

    [body] = ask(entities_handler(), request.SerializeToString())

    first, second = RecognizeEntitiesReply.FromString(body).results
    assert first.error.code == Code.INVALID_ARGUMENT
    assert [entity.text for entity in second.entities.entities] == ["Ada"]


def test_a_reply_names_the_model_and_its_time() -> None:
    [body] = ask(translation_handler(), TranslateRequest(texts=["one"]).SerializeToString())

    reply = TranslateReply.FromString(body)
    assert (reply.model, reply.model_version) == ("fake", "1.2")
    assert reply.timing.inference_time.ToNanoseconds() > 0


@pytest.mark.parametrize("payload", [b"\xff\xff", b"", b"\x0a\x02\xc3\x28"])
def test_garbage_no_texts_and_invalid_utf8_are_one_error_each(payload: bytes) -> None:
    good = TranslateRequest(texts=["one"]).SerializeToString()

    bad_body, good_body = ask(translation_handler(), payload, good)

    [result] = TranslateReply.FromString(bad_body).results
    assert result.error.code == Code.INVALID_ARGUMENT
    assert TranslateReply.FromString(good_body).results[0].translation.text == "ONE"
