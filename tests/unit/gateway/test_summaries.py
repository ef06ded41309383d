"""Summaries: which model, how long, and document by document."""

import json
from typing import Any

import grpc
import pytest
from google.protobuf.json_format import MessageToDict

from salience.v1.summarization_pb2 import SummarizeRequest
from tests.unit.gateway.harness import Harness, wait_until

LONG = "The bridge is closed. Drivers use the ferry."


def summarize_request(*texts: str, **fields: Any) -> SummarizeRequest:
    return SummarizeRequest(texts=texts, **fields)


def test_grpc_and_http_give_the_same_summaries(gateway: Harness) -> None:
    by_grpc = gateway.summarization.Summarize(summarize_request(LONG, "Short", sentences=1))
    by_http = gateway.http("POST", "/v1/summarize", {"texts": [LONG, "Short"], "sentences": 1})

    assert [r.summary.text for r in by_grpc.results] == ["The bridge is closed", "Short"]
    assert [r["summary"]["text"] for r in by_http.json["results"]] == [
        "The bridge is closed",
        "Short",
    ]
    assert (by_grpc.model, by_http.json["model"]) == ("summarization-en", "summarization-en")


def test_a_model_that_writes_its_own_words_is_asked_for_by_name(gateway: Harness) -> None:
    reply = gateway.summarization.Summarize(summarize_request(LONG, model="headline-en"))

    assert (reply.model, reply.results[0].summary.text) == ("headline-en", "The")


@pytest.mark.parametrize(
    ("length", "message"),
    [
        ({"sentences": 0}, "sentences is 0; the least is 1"),
        ({"words": 0}, "words is 0; the least is 1"),
        ({"ratio": 0.0}, "ratio is 0; it must be over 0 and at most 1"),
        ({"ratio": -0.5}, "ratio is -0.5; it must be over 0 and at most 1"),
        ({"ratio": 1.5}, "ratio is 1.5; it must be over 0 and at most 1"),
    ],
)
def test_a_length_that_no_summary_has_is_refused(
    gateway: Harness, length: dict[str, float], message: str
) -> None:
    [field] = length

    for path in ("/v1/summarize", "/v1/summarize:stream"):
        reply = gateway.http("POST", path, {"texts": [LONG], **length})
        assert (reply.status, reply.json["violations"]) == (
            400,
            [{"field": field, "description": message}],
        )
    with pytest.raises(grpc.RpcError, match=message):
        gateway.summarization.Summarize(summarize_request(LONG, **length))
    assert not gateway.fake.seen


def test_a_ratio_that_is_no_number_is_refused(gateway: Harness) -> None:
    reply = gateway.http("POST", "/v1/summarize", {"texts": [LONG], "ratio": float("nan")})

    assert (reply.status, reply.json["violations"][0]["field"]) == (400, "ratio")
    with pytest.raises(grpc.RpcError, match="ratio is nan"):
        gateway.summarization.Summarize(summarize_request(LONG, ratio=float("nan")))


def test_a_ratio_of_the_whole_is_allowed(gateway: Harness) -> None:
    assert gateway.summarization.Summarize(summarize_request(LONG, ratio=1.0)).results


def test_two_lengths_at_once_are_refused_over_http(gateway: Harness) -> None:
    reply = gateway.http("POST", "/v1/summarize", {"texts": [LONG], "ratio": 0.5, "words": 9})

    assert (reply.status, reply.json["detail"]) == (400, "give only one of sentences, words, ratio")


def test_documents_stream_in_order_each_as_soon_as_those_before_it(gateway: Harness) -> None:
    gateway.fake.held = {"second"}
    request = summarize_request(LONG, "second", "third")

    replies = gateway.summarization.SummarizeStream(request)

    first = next(replies)
    assert (first.text_index, first.sentence.text) == (0, "The bridge is closed")
    assert (first.model, first.model_version) == ("summarization-en", "1.0")
    wait_until(lambda: "third" in gateway.fake.items_seen())
    gateway.fake.held = set()
    assert [(r.text_index, r.sentence.text) for r in replies] == [(1, "second"), (2, "third")]
    assert [len(row.items) for row in gateway.fake.seen] == [1, 1, 1]


def test_a_bad_document_has_one_error_in_its_place(gateway: Harness) -> None:
    replies = list(gateway.summarization.SummarizeStream(summarize_request("", "poison", "fine")))

    assert [(r.text_index, r.WhichOneof("outcome")) for r in replies] == [
        (0, "error"),
        (1, "error"),
        (2, "sentence"),
    ]
    assert b"texts[1]" in replies[1].error.SerializeToString()


def test_both_transports_stream_the_same_sentences(gateway: Harness) -> None:
    reply = gateway.http("POST", "/v1/summarize:stream", {"texts": [LONG, "", "more"]})

    blocks = [block.split("\n") for block in reply.body.decode().strip().split("\n\n")]
    assert [name for name, _ in blocks] == [*["event: sentence"] * 3, "event: done"]
    first = json.loads(blocks[0][1].removeprefix("data: "))
    assert first["sentence"]["text"] == "The bridge is closed"


def test_a_model_that_writes_its_own_words_does_not_stream(gateway: Harness) -> None:
    request = summarize_request(LONG, model="headline-en")

    reply = gateway.http("POST", "/v1/summarize:stream", MessageToDict(request))

    assert (reply.status, reply.json["reason"]) == (400, "UNSUPPORTED")
    assert reply.json["violations"] == [
        {
            "field": "model",
            "description": "model headline-en does not stream: its answers come whole",
        }
    ]
    with pytest.raises(grpc.RpcError) as raised:
        list(gateway.summarization.SummarizeStream(request))
    assert raised.value.code() == grpc.StatusCode.INVALID_ARGUMENT
