from collections.abc import Callable, Sequence
from typing import Any

import pytest
from entities_handler import EntitiesHandler
from google.rpc.code_pb2 import Code
from translation_handler import TranslationHandler

from salience.errors import InvalidInput, ServingError
from salience.rpc_status import error_of
from salience.tasks.entity_item import EntityItem
from salience.tasks.translation_item import TranslationItem, TranslationOptions
from salience.v1.entities_pb2 import (
    Entities,
    Entity,
    RecognizeEntitiesReply,
    RecognizeEntitiesRequest,
)
from salience.v1.explanations_pb2 import PieceWeights
from salience.v1.models_pb2 import Model
from salience.v1.translation_pb2 import TranslateReply, TranslateRequest, Translation
from tests.unit.worker.fakes import FakeContext

MODEL = Model(name="fake", version="1.2")


class FakeTask:
    """Answers every item with whatever a function makes of it; keeps what it was asked."""

    model = MODEL

    def __init__(self, answer: Callable[[Any], Any]) -> None:
        self._answer = answer
        self.asked: list[Any] = []

    def answer(self, items: Sequence[Any], /) -> list[Any | ServingError]:
        self.asked += items
        return [self._answer(item) for item in items]


def shouted(item: TranslationItem) -> Translation | ServingError:
    if not item.text:
        return InvalidInput("empty", field="texts[0]")
    if item.options.num_alternatives > 3:
        return InvalidInput("too many", field="num_alternatives")
    return Translation(text=item.text.upper())


def translation_handler() -> TranslationHandler:
    handler = TranslationHandler()
    handler.task, handler.model = FakeTask(shouted), MODEL
    return handler


def entities_handler() -> EntitiesHandler:
    def answer(item: EntityItem) -> Entities | ServingError:
        if not item.text:
            return InvalidInput("empty")
        looked = PieceWeights(weights=[1.0]) if item.explain else None
        entity = Entity(text=item.text, label="PER", end=len(item.text), attention=looked)
        return Entities(entities=[entity])

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


def test_each_text_is_asked_with_the_options_of_its_own_request() -> None:
    handler = translation_handler()
    plain = TranslateRequest(texts=["one"])
    searching = TranslateRequest(
        texts=["two", "three"], beam_size=4, num_alternatives=3, length_penalty=0.0
    )

    ask(handler, plain.SerializeToString(), searching.SerializeToString())

    assert isinstance(handler.task, FakeTask)
    wide = TranslationOptions(4, 3, 0.0)
    assert handler.task.asked == [
        TranslationItem("one"),
        TranslationItem("two", wide),
        TranslationItem("three", wide),
    ]


def test_who_asks_for_an_explanation_gets_one_and_a_neighbour_does_not() -> None:
    explained = RecognizeEntitiesRequest(texts=["Ada"], explain=True)
    plain = RecognizeEntitiesRequest(texts=["Bob"])

    bodies = ask(entities_handler(), explained.SerializeToString(), plain.SerializeToString())

    [ada], [bob] = (RecognizeEntitiesReply.FromString(body).results for body in bodies)
    assert ada.entities.entities[0].HasField("attention")
    assert not bob.entities.entities[0].HasField("attention")


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"beam_size": 9}, "beam_size"),
        ({"beam_size": 2, "num_alternatives": 2}, "num_alternatives"),
        ({"num_alternatives": 4}, "num_alternatives"),
        ({"length_penalty": float("nan")}, "length_penalty"),
    ],
)
def test_an_option_that_cannot_be_followed_is_named_and_other_requests_are_served(
    options: dict[str, Any], field: str
) -> None:
    bad = TranslateRequest(texts=["one"], **options).SerializeToString()
    good = TranslateRequest(texts=["one"]).SerializeToString()

    bad_body, good_body = ask(translation_handler(), bad, good)

    [result] = TranslateReply.FromString(bad_body).results
    assert error_of(result.error).field == field
    assert TranslateReply.FromString(good_body).results[0].translation.text == "ONE"


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
