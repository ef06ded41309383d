"""Calls that cannot be served are told why, in the same words over both protocols."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from google.protobuf.message import Message

from salience.cli.model_store import served_folders
from salience.v1.entities_pb2 import RecognizeEntitiesRequest
from salience.v1.models_pb2 import GetModelRequest
from salience.v1.summarization_pb2 import SummarizeRequest
from tests.live.transports.over_grpc import Grpc
from tests.live.transports.over_http import JSON, Http, http_failure
from tests.live.transports.transport import (
    CallFailed,
    Transport,
    entities,
    failure_of,
    translate_request,
)

MAX_MESSAGE_BYTES = 32 * 2**20
OVER_THE_LIMIT = translate_request(*["x" * 140_000] * 250)
STORE = Path(__file__).parents[2] / "model_store"
TRANSLATORS = [
    settings
    for file in STORE.glob("*/model.json")
    if (settings := json.loads(file.read_text()))["task"] == "translation"
]
READ = sorted({code for model in TRANSLATORS for code in model["source_languages"]})
WRITTEN = sorted(
    {
        code
        for model in TRANSLATORS
        if "en" in model["source_languages"]
        for code in model["target_languages"]
    }
)


@dataclass(frozen=True)
class Refusal:
    """A call, and what it is answered with."""

    request: Message
    code: str
    reason: str
    field: str
    message: str


NAMES = [folder.name for folder in served_folders(STORE)]
NO_MODEL = f"there is no model 'nope'; there are {', '.join(NAMES)}"

REFUSALS = {
    "unknown model to translate": Refusal(
        translate_request("Good morning.", model="nope"),
        *("NOT_FOUND", "MODEL_NOT_FOUND", "model", NO_MODEL),
    ),
    "unknown model to find entities": Refusal(
        RecognizeEntitiesRequest(texts=["Ada lives in London."], model="nope"),
        *("NOT_FOUND", "MODEL_NOT_FOUND", "model", NO_MODEL),
    ),
    "unknown model to describe": Refusal(
        GetModelRequest(name="nope"),
        *("NOT_FOUND", "MODEL_NOT_FOUND", "name", NO_MODEL),
    ),
    "a model of another task": Refusal(
        translate_request("Good morning.", model="entities-en"),
        *("INVALID_ARGUMENT", "UNSUPPORTED", "model"),
        "model entities-en does entities, not translation",
    ),
    "a language it cannot read": Refusal(
        translate_request("Hola.", source_language="es"),
        *("INVALID_ARGUMENT", "UNSUPPORTED", "source_language"),
        f"source_language 'es' is not supported; {', '.join(READ)} would be",
    ),
    "a language it cannot write": Refusal(
        translate_request("Good morning.", target_language="es"),
        *("INVALID_ARGUMENT", "UNSUPPORTED", "target_language"),
        f"target_language 'es' is not supported; {', '.join(WRITTEN)} would be",
    ),
    "no language": Refusal(
        translate_request("Good morning.", target_language=""),
        *("INVALID_ARGUMENT", "INVALID_INPUT", "target_language", "target_language is missing"),
    ),
    "no text to summarize": Refusal(
        SummarizeRequest(),
        *("INVALID_ARGUMENT", "INVALID_INPUT", "texts", "there are no texts"),
    ),
    "too many texts to summarize": Refusal(
        SummarizeRequest(texts=["The bridge is closed."] * 65),
        *("INVALID_ARGUMENT", "INPUT_TOO_LONG", "texts"),
        "there are 65 texts; the limit is 64",
    ),
    "a long text to summarize": Refusal(
        SummarizeRequest(texts=["x" * 200_001]),
        *("INVALID_ARGUMENT", "INPUT_TOO_LONG", "texts[0]"),
        "the text has 200001 characters; the limit is 200000",
    ),
    "a summary of no length": Refusal(
        SummarizeRequest(texts=["The bridge is closed."], sentences=0),
        *("INVALID_ARGUMENT", "INVALID_INPUT", "sentences", "sentences is 0; the least is 1"),
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
    failure = failure_of(over_grpc, OVER_THE_LIMIT)

    assert (failure.code, failure.reason) == ("INVALID_ARGUMENT", "INPUT_TOO_LONG")
    assert failure.message == f"the message is over the limit of {MAX_MESSAGE_BYTES} bytes"


def test_a_body_over_the_limit_is_refused_over_http(over_http: Http) -> None:
    failure = failure_of(over_http, OVER_THE_LIMIT)

    assert (failure.code, failure.reason) == ("INVALID_ARGUMENT", "INPUT_TOO_LONG")
    assert failure.message == f"the body is over the limit of {MAX_MESSAGE_BYTES} bytes"


def test_a_message_just_under_the_limit_is_read(transport: Transport) -> None:
    texts = ["x" * 131_000] * 255

    results = entities(transport, *texts, "Ada Lovelace lived in London.").results

    assert [result.HasField("error") for result in results] == [True] * 255 + [False]


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
        (b'{"texts": [1]}', JSON, 400, "an element of texts is not a text", ["texts"]),
        (b'{"texts": ["\\ud83d"]}', JSON, 400, "Unpaired surrogate", ["texts[0]"]),
        (
            b"texts=a",
            {"content-type": "text/plain"},
            415,
            "the content type is not",
            ["content-type"],
        ),
        (
            b'{"texts": ["a"]}',
            {},
            415,
            "the content type is not application/json",
            ["content-type"],
        ),
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
    for path in ("/v1/translate", "/v1/entities", "/v1/translate:stream", "/v1/summarize"):
        reply = over_http.send("POST", path, body, headers=headers)

        failure = http_failure(reply)
        assert (reply.status, failure.code) == (status, "INVALID_ARGUMENT")
        assert failure.message.startswith(message)
        assert failure.fields == fields
