"""Calls that cannot be served are told why, in the same words over both protocols."""

from dataclasses import dataclass

import pytest
from google.protobuf.message import Message

from salience.v1.entities_pb2 import RecognizeEntitiesRequest
from salience.v1.models_pb2 import GetModelRequest
from tests.live.transports.over_grpc import Grpc
from tests.live.transports.over_http import JSON, Http, http_failure
from tests.live.transports.transport import (
    CallFailed,
    Transport,
    entities,
    failure_of,
    translate_request,
)

MAX_MESSAGE_BYTES = 4 * 2**20


@dataclass(frozen=True)
class Refusal:
    """A call, and what it is answered with."""

    request: Message
    code: str
    reason: str
    field: str
    message: str


REFUSALS = {
    "unknown model to translate": Refusal(
        translate_request("Good morning.", model="nope"),
        *("NOT_FOUND", "MODEL_NOT_FOUND", "model", "there is no model 'nope'"),
    ),
    "unknown model to find entities": Refusal(
        RecognizeEntitiesRequest(texts=["Ada lives in London."], model="nope"),
        *("NOT_FOUND", "MODEL_NOT_FOUND", "model", "there is no model 'nope'"),
    ),
    "unknown model to describe": Refusal(
        GetModelRequest(name="nope"),
        *("NOT_FOUND", "MODEL_NOT_FOUND", "name", "there is no model 'nope'"),
    ),
    "a model of another task": Refusal(
        translate_request("Good morning.", model="entities-en"),
        *("INVALID_ARGUMENT", "UNSUPPORTED", "model", "model entities-en does something else"),
    ),
    "a language it cannot read": Refusal(
        translate_request("Bonjour.", source_language="fr"),
        *("INVALID_ARGUMENT", "UNSUPPORTED", "source_language"),
        "source_language 'fr' is not supported; en would be",
    ),
    "a language it cannot write": Refusal(
        translate_request("Good morning.", target_language="fr"),
        *("INVALID_ARGUMENT", "UNSUPPORTED", "target_language"),
        "target_language 'fr' is not supported; de would be",
    ),
    "no language": Refusal(
        translate_request("Good morning.", target_language=""),
        *("INVALID_ARGUMENT", "INVALID_INPUT", "target_language", "target_language is missing"),
    ),
    "no texts": Refusal(
        translate_request(),
        *("INVALID_ARGUMENT", "INVALID_INPUT", "texts", "there are no texts"),
    ),
    "too many texts": Refusal(
        RecognizeEntitiesRequest(texts=["Ada lives in London."] * 257),
        *("INVALID_ARGUMENT", "INPUT_TOO_LONG", "texts"),
        "there are 257 texts; the limit is 256",
    ),
    "an empty text": Refusal(
        RecognizeEntitiesRequest(texts=[""]),
        *("INVALID_ARGUMENT", "INVALID_INPUT", "texts[0]", "the text is empty"),
    ),
    "a megabyte of text": Refusal(
        translate_request("ä" * 2**19),
        *("INVALID_ARGUMENT", "INPUT_TOO_LONG", "texts[0]"),
        "the text has 524288 characters; the limit is 100000",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_names_the_field_and_the_limit(transport: Transport, name: str) -> None:
    refusal = REFUSALS[name]

    failure = failure_of(transport, refusal.request)

    assert (failure.code, failure.reason) == (refusal.code, refusal.reason)
    assert failure.message == refusal.message
    assert failure.violations == ((refusal.field, refusal.message),)
    assert failure.retry_seconds is None


@pytest.mark.parametrize("name", REFUSALS)
def test_both_protocols_refuse_alike(over_grpc: Grpc, over_http: Http, name: str) -> None:
    request = REFUSALS[name].request

    assert failure_of(over_grpc, request) == failure_of(over_http, request)


def test_a_call_of_which_nothing_can_be_served_names_every_text(transport: Transport) -> None:
    failure = failure_of(transport, translate_request("", "x" * 100_001, "\n"))

    assert failure.code == "INVALID_ARGUMENT"
    assert failure.fields == ["texts[0]", "texts[1]", "texts[2]"]


def test_a_message_over_the_limit_is_refused_over_grpc(over_grpc: Grpc) -> None:
    failure = failure_of(over_grpc, translate_request(*["x" * 90_000] * 50))

    assert failure.code == "RESOURCE_EXHAUSTED"
    assert str(MAX_MESSAGE_BYTES) in failure.message


def test_a_body_over_the_limit_is_refused_over_http(over_http: Http) -> None:
    failure = failure_of(over_http, translate_request(*["x" * 90_000] * 50))

    assert (failure.code, failure.reason) == ("INVALID_ARGUMENT", "INPUT_TOO_LONG")
    assert failure.message == f"the body is over the limit of {MAX_MESSAGE_BYTES} bytes"


def test_a_message_just_under_the_limit_is_read(transport: Transport) -> None:
    texts = ["x" * 100_001] * 40

    results = entities(transport, *texts, "Ada Lovelace lived in London.").results

    assert [result.HasField("error") for result in results] == [True] * 40 + [False]


def test_invalid_utf_8_is_refused_over_grpc(over_grpc: Grpc) -> None:
    for rpc in (
        "/salience.v1.TranslationService/Translate",
        "/salience.v1.EntityService/RecognizeEntities",
    ):
        with pytest.raises(CallFailed) as raised:
            over_grpc.send(rpc, b"\x0a\x04fine\x0a\x03a\xff\xfe")

        failure = raised.value.failure
        assert (failure.code, failure.reason) == ("INVALID_ARGUMENT", "INVALID_INPUT")
        assert failure.violations == (("texts[1]", "texts[1] is not valid UTF-8"),)


def test_bytes_that_are_no_message_are_refused_over_grpc(over_grpc: Grpc) -> None:
    with pytest.raises(CallFailed) as raised:
        over_grpc.send("/salience.v1.TranslationService/Translate", b"\xff\xff\xff")

    assert raised.value.failure.code == "INVALID_ARGUMENT"
    assert "salience.v1.TranslateRequest" in raised.value.failure.message


@pytest.mark.parametrize(
    ("body", "headers", "status", "message", "fields"),
    [
        (b'{"texts": ["\xff"]}', JSON, 400, "the body is not valid UTF-8 at byte 12", []),
        (b'{"texts": [', JSON, 400, "the body is not valid JSON: Expecting value", []),
        (b"[]", JSON, 400, "the body is not a JSON object", []),
        (b"", JSON, 400, "the body is not a JSON object", []),
        (b'{"text": "a"}', JSON, 400, "there is no field 'text'", ["text"]),
        (b'{"texts": [1]}', JSON, 400, "expected string", ["texts"]),
        (b'{"texts": ["\\ud83d"]}', JSON, 400, "Unpaired surrogate", ["texts[0]"]),
        (b"texts=a", {"content-type": "text/plain"}, 415, "the content type is not", []),
        (b'{"texts": ["a"]}', {}, 415, "the content type is not application/json", []),
    ],
)
def test_a_body_that_is_no_message_is_refused_over_http(
    over_http: Http,
    body: bytes,
    headers: dict[str, str],
    status: int,
    message: str,
    fields: list[str],
) -> None:
    for path in ("/v1/translate", "/v1/entities", "/v1/translate:stream"):
        reply = over_http.send("POST", path, body, headers=headers)

        failure = http_failure(reply)
        assert (reply.status, failure.code) == (status, "INVALID_ARGUMENT")
        assert failure.message.startswith(message)
        assert failure.fields == fields
