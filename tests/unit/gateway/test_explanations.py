"""What a model looked at, over both transports, and what is refused at the door."""

import json
from typing import Any

import grpc
import pytest
from aiohttp import web

from salience.v1.explanations_pb2 import Alignment, TextPiece
from salience.v1.models_pb2 import GetModelRequest
from salience.v1.translation_pb2 import TranslateReply, TranslateResult, Translation
from tests.unit.gateway.fake_torchserve import SeenRow, answering
from tests.unit.gateway.harness import Harness, translate_body, translate_request

TEXT = "Ō one. \n Ō two."


def whole(text: Any) -> TextPiece:
    return TextPiece(text=text, end=len(text), end_byte=len(text.encode()))


def aligned(row: SeenRow) -> web.Response:
    """Each text as a whole, in capitals, if that was asked."""
    results = [
        TranslateResult(
            translation=Translation(
                text=str(text).upper(),
                alignments=[
                    Alignment(source=[whole(text)], target=[whole(str(text).upper())], weights=[1])
                ],
            )
        )
        for text in row.items
    ]
    return answering(TranslateReply(results=results, model=row.model))


def refusal(gateway: Harness, path: str, body: dict[str, Any]) -> tuple[int, str, Any]:
    reply = gateway.http("POST", path, body)
    assert not gateway.fake.seen
    return reply.status, reply.json["reason"], reply.json["violations"]


def test_whether_a_model_explains_and_how_much_is_said(gateway: Harness) -> None:
    model = gateway.models.GetModel(GetModelRequest(name="translation-en-de"))

    assert model.explains
    assert model.limits.max_explained_characters == 60


def test_both_transports_tell_the_same_alignment(gateway: Harness) -> None:
    gateway.fake.answer_instead = aligned

    by_grpc = gateway.translate(TEXT, explain=True)
    by_http = gateway.http("POST", "/v1/translate", translate_body(TEXT, explain=True))

    [alignment] = by_grpc.results[0].translation.alignments
    [same] = by_http.json["results"][0]["translation"]["alignments"]
    assert same["weights"] == list(alignment.weights) == [1.0]
    assert same["source"][0] == {
        "text": TEXT,
        "start": 0,
        "end": 15,
        "start_byte": 0,
        "end_byte": 17,
    }
    assert all(getattr(row.request, "explain", False) for row in gateway.fake.seen)


def test_a_streamed_alignment_counts_in_the_text_that_was_sent(gateway: Harness) -> None:
    gateway.fake.answer_instead = aligned

    replies = list(gateway.translation.TranslateStream(translate_request(TEXT, explain=True)))

    found = [reply.translation for reply in replies if reply.translation.alignments]
    assert len(found) == 2
    for translation in found:
        [alignment] = translation.alignments
        [source], [target] = alignment.source, alignment.target
        assert TEXT[source.start : source.end] == source.text
        assert TEXT.encode()[source.start_byte : source.end_byte].decode() == source.text
        assert translation.text[target.start : target.end] == target.text
        written = translation.text.encode()
        assert written[target.start_byte : target.end_byte].decode() == target.text


@pytest.mark.parametrize("path", ["/v1/entities", "/v1/summarize"])
def test_a_model_that_cannot_explain_is_not_asked_to(gateway: Harness, path: str) -> None:
    status, reason, [violation] = refusal(gateway, path, {"texts": ["One."], "explain": True})

    assert (status, reason, violation["field"]) == (400, "UNSUPPORTED", "explain")
    assert violation["description"].endswith("cannot explain its answers")


def test_a_stream_of_summaries_is_not_explained(gateway: Harness) -> None:
    body = {"texts": ["One."], "explain": True}

    status, reason, [violation] = refusal(gateway, "/v1/summarize:stream", body)

    assert (status, reason, violation["field"]) == (400, "UNSUPPORTED", "explain")


@pytest.mark.parametrize("path", ["/v1/translate", "/v1/translate:stream"])
def test_more_than_is_explained_at_once_is_refused(gateway: Harness, path: str) -> None:
    body = translate_body("a" * 30, "b" * 31, explain=True)

    assert refusal(gateway, path, body) == (
        400,
        "INPUT_TOO_LONG",
        [
            {
                "field": "texts",
                "description": "the texts have 61 characters; to explain, the limit is 60 in all",
            }
        ],
    )
    with pytest.raises(grpc.RpcError, match="to explain, the limit is 60"):
        gateway.translate("a" * 61, explain=True)


def test_the_same_is_answered_when_nobody_asks_to_explain(gateway: Harness) -> None:
    reply = gateway.http("POST", "/v1/translate", translate_body("a" * 61))

    assert reply.status == 200
    assert json.loads(reply.body)["results"][0]["translation"]["alignments"] == []
