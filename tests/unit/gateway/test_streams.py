import json
from typing import Any

import grpc
import pytest

from tests.unit.gateway.fake_torchserve import torchserve_error
from tests.unit.gateway.harness import Harness, translate_body, translate_request, wait_until

DOCUMENT = "One came. Two came.\n\n  Three came! \n"


def events_of(gateway: Harness, body: dict[str, Any]) -> list[tuple[str, Any]]:
    reply = gateway.http("POST", "/v1/translate:stream", body)
    assert reply.headers["content-type"] == "text/event-stream"
    events = []
    for block in reply.body.decode().removesuffix("\n\n").split("\n\n"):
        name, data = block.split("\n")
        events.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return events


def test_the_sentences_of_a_stream_join_to_the_translation(gateway: Harness) -> None:
    replies = list(gateway.translation.TranslateStream(translate_request(DOCUMENT, "Four.")))

    texts = ["".join(r.translation.text for r in replies if r.text_index == i) for i in (0, 1)]
    assert texts == [DOCUMENT.upper(), "FOUR."]
    indexes = [(r.text_index, r.sentence_index) for r in replies]
    assert indexes == sorted(indexes)
    assert {row.items for row in gateway.fake.seen} == {
        ("One came.",),
        ("Two came.",),
        ("Three came!",),
        ("Four.",),
    }


def test_both_transports_stream_the_same_sentences(gateway: Harness) -> None:
    by_grpc = list(gateway.translation.TranslateStream(translate_request(DOCUMENT)))
    by_http = events_of(gateway, translate_body(DOCUMENT))

    assert [name for name, _ in by_http] == ["sentence"] * len(by_grpc) + ["done"]
    assert [data["translation"]["text"] for _, data in by_http[:-1]] == [
        reply.translation.text for reply in by_grpc
    ]


def test_sentences_come_in_order_and_as_soon_as_those_before_them(gateway: Harness) -> None:
    gateway.fake.held = {"Two came."}

    replies = gateway.translation.TranslateStream(translate_request("One came. Two came. Three."))

    assert next(replies).translation.text == "ONE CAME. "
    wait_until(lambda: "Three." in gateway.fake.items_seen())
    gateway.fake.held = set()
    assert [reply.translation.text for reply in replies] == ["TWO CAME. ", "THREE."]


def test_a_bad_text_has_one_error_in_its_place(gateway: Harness) -> None:
    replies = list(gateway.translation.TranslateStream(translate_request("", "poison.", "Fine.")))

    assert [r.WhichOneof("outcome") for r in replies] == ["error", "error", "translation"]
    assert [r.text_index for r in replies] == [0, 1, 2]


def test_a_stream_that_cannot_begin_fails_as_a_call_does(gateway: Harness) -> None:
    reply = gateway.http("POST", "/v1/translate:stream", translate_body())

    assert (reply.status, reply.json["violations"][0]["field"]) == (400, "texts")
    with pytest.raises(grpc.RpcError) as raised:
        list(gateway.translation.TranslateStream(translate_request()))
    assert raised.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_a_stream_that_breaks_halfway_ends_with_the_error(gateway: Harness) -> None:
    gateway.fake.answer_instead = lambda row: (
        torchserve_error(500, "InternalServerException", "Worker died.")
        if row.items == ("Two came.",)
        else None
    )

    events = events_of(gateway, translate_body("One came. Two came."))

    assert [name for name, _ in events] == ["sentence", "error"]
    assert (events[1][1]["code"], events[1][1]["reason"]) == ("INTERNAL", "ITEM_FAILED")


def test_a_caller_that_leaves_a_stream_stops_its_work(gateway: Harness) -> None:
    sentences = [f"Sentence number {number} is here." for number in range(200)]
    text = " ".join(sentences)[:1000]
    gateway.fake.held = {"Sentence number 1 is here."}

    replies = gateway.translation.TranslateStream(translate_request(text, text, text))
    next(replies)
    replies.cancel()
    wait_until(lambda: 'TranslateStream",protocol="grpc"} 0.0' in gateway.metrics())
    gateway.fake.held = set()

    assert len(gateway.fake.seen) <= 33
