"""Bad input is INVALID_ARGUMENT or 400, and names the field."""

import gzip
import json
import socket
from http.client import HTTPResponse
from typing import Any

import grpc
import pytest
from google.rpc.code_pb2 import Code
from google.rpc.error_details_pb2 import BadRequest
from google.rpc.status_pb2 import Status

from salience.errors import ErrorCode
from salience.rpc_status import CANONICAL_CODE
from salience.v1.entities_pb2 import RecognizeEntitiesRequest
from salience.v1.models_pb2 import GetModelRequest
from tests.unit.gateway.harness import Harness, translate_body, translate_request

BAD_CALLS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no texts": (translate_body(), "texts", "there are no texts"),
    "too many texts": (
        translate_body(*["a"] * 101),
        "texts",
        "there are 101 texts; the limit is 100",
    ),
    "an empty text": (translate_body(""), "texts[0]", "the text is empty"),
    "white space": (translate_body(" \n"), "texts[0]", "the text is empty"),
    "a long text": (
        translate_body("ä" * 1001),
        "texts[0]",
        "the text has 1001 characters; the limit is 1000",
    ),
    "a text the worker refuses": (translate_body("poison"), "texts[0]", "the text is poison"),
    "no source language": (
        translate_body("a", source_language=""),
        "source_language",
        "source_language is missing",
    ),
    "a language nobody reads": (
        translate_body("a", source_language="xx"),
        "source_language",
        "source_language 'xx' is not supported; en would be",
    ),
    "a language nobody writes": (
        translate_body("a", target_language="fr"),
        "target_language",
        "target_language 'fr' is not supported; de would be",
    ),
    "a model of another task": (
        translate_body("a", model="entities-en"),
        "model",
        "model entities-en does entities, not translation",
    ),
}


@pytest.mark.parametrize("name", BAD_CALLS)
def test_both_transports_name_the_field(gateway: Harness, name: str) -> None:
    body, field, description = BAD_CALLS[name]

    reply = gateway.http("POST", "/v1/translate", body)
    error = grpc_error(gateway, translate_request(*body.pop("texts"), **body).SerializeToString())

    assert (reply.status, reply.json["code"]) == (400, "INVALID_ARGUMENT")
    assert reply.json["violations"] == [{"field": field, "description": description}]
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert violations_of(error) == [(field, description)]


def test_all_violations_are_listed_when_no_item_can_be_served(gateway: Harness) -> None:
    reply = gateway.http("POST", "/v1/translate", translate_body("", "x" * 2000, "poison"))
    assert [v["field"] for v in reply.json["violations"]] == ["texts[0]", "texts[1]", "texts[2]"]


def test_very_many_violations_still_fit_into_a_grpc_header(gateway: Harness) -> None:
    request = translate_request(*["x" * 1001] * 100, model="translation-en-de")

    violations = violations_of(grpc_error(gateway, request.SerializeToString()))

    assert len(violations) > 40
    assert violations[-1] == ("", f"and {100 - len(violations) + 1} more")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b"\x0a\x01a\x0a\x02\xff\xfe", "texts[1]"),
        (b"\x0a\x01a\x12\x01\xff", "source_language"),
        (b"\xff\xff\xff", ""),
    ],
)
def test_bytes_that_are_no_message_are_refused_over_grpc(
    gateway: Harness, data: bytes, field: str
) -> None:
    error = grpc_error(gateway, data)

    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert [f for f, _ in violations_of(error)] == ([field] if field else [])


@pytest.mark.parametrize(
    ("body", "field", "detail"),
    [
        (b'{"texts": ["a"], "nope": 1}', "nope", "there is no field 'nope'; there are texts, "),
        (b'{"texts": "a"}', "texts", "texts is not a list"),
        (b'{"texts": ["a", 3]}', "texts", "an element of texts is not a text"),
        (b'{"beam_size": "x"}', "beam_size", "beam_size is not a whole number"),
        (b'{"beamSize": 1.5}', "beamSize", "beamSize is not a whole number"),
        (b'{"length_penalty": []}', "length_penalty", "length_penalty is not a number"),
        (b'{"explain": "yes"}', "explain", "explain is not true or false"),
        (b'{"texts": ["ok", "\\ud800"]}', "texts[1]", "Unpaired surrogate"),
        (b'{"model": {"a": 1}}', "model", "model is not a text"),
        (b'{"texts": ["\xff"]}', None, "the body is not valid UTF-8 at byte 12"),
        (b"[]", None, "the body is not a JSON object"),
        (b"", None, "the body is not a JSON object"),
        (b'{"texts": ["a"], "texts": []}', None, "the body is not valid JSON: duplicate key texts"),
        (b"{", None, "the body is not valid JSON: Expecting property name"),
        (b'{"texts":' + b"[" * 100_000, None, "the body is not valid JSON: maximum recursion"),
    ],
)
def test_bodies_that_are_no_message_are_refused_over_http(
    gateway: Harness, body: bytes, field: str | None, detail: str
) -> None:
    reply = gateway.http("POST", "/v1/translate", body)

    assert (reply.status, reply.json["code"]) == (400, "INVALID_ARGUMENT")
    assert reply.json["detail"].startswith(detail)
    assert [v["field"] for v in reply.json["violations"]] == ([field] if field else [])


def test_an_unknown_model_is_not_found(gateway: Harness) -> None:
    name = "n" * 100_000
    replies = [
        gateway.http("POST", "/v1/translate", translate_body("a", model=name)),
        gateway.http("GET", "/v1/models/nope"),
    ]
    with pytest.raises(grpc.RpcError) as of_translate:
        gateway.translate("a", model=name)
    with pytest.raises(grpc.RpcError) as of_entities:
        gateway.entities.RecognizeEntities(RecognizeEntitiesRequest(texts=["a"], model=name))
    with pytest.raises(grpc.RpcError) as of_models:
        gateway.models.GetModel(GetModelRequest(name="nope"))

    assert [(r.status, r.json["reason"]) for r in replies] == [(404, "MODEL_NOT_FOUND")] * 2
    for raised in (of_translate, of_entities, of_models):
        assert raised.value.code() == grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize(
    ("verb", "path", "headers", "status", "code"),
    [
        ("GET", "/nowhere", {}, 404, "UNIMPLEMENTED"),
        ("DELETE", "/v1/translate", {}, 405, "UNIMPLEMENTED"),
        ("POST", "/v1/translate", {"content-type": "text/plain"}, 415, "INVALID_ARGUMENT"),
        ("POST", "/v1/translate", {"x-timeout-seconds": "soon"}, 400, "INVALID_ARGUMENT"),
        ("POST", "/v1/translate", {"x-timeout-seconds": "-1"}, 400, "INVALID_ARGUMENT"),
        ("GET", "/v1/models?nope=1", {}, 400, "INVALID_ARGUMENT"),
    ],
)
def test_refusals_of_http_itself_are_problems_too(
    gateway: Harness, verb: str, path: str, headers: dict[str, str], status: int, code: str
) -> None:
    body = translate_body("a") if verb == "POST" else None

    reply = gateway.http(verb, path, body, headers=headers)

    assert reply.status == reply.json["status"] == status
    assert reply.headers["content-type"] == "application/problem+json; charset=utf-8"
    assert reply.json["code"] == code
    assert Code.Name(CANONICAL_CODE[ErrorCode(reply.json["reason"])]) == code
    assert "x-request-id" in reply.headers
    assert ("allow" in reply.headers) == (status == 405)


@pytest.mark.parametrize("path", ["/v1/translate", "/v2/models/translation-en-de/infer"])
@pytest.mark.parametrize(
    "body", [gzip.compress(b'{"texts": ["a"]}', mtime=0), b"not gzip"], ids=["gzip", "not"]
)
def test_a_compressed_body_is_refused(gateway: Harness, path: str, body: bytes) -> None:
    reply = gateway.http("POST", path, body, headers={"content-encoding": "gzip"})

    assert (reply.status, reply.json["reason"]) == (415, "INVALID_INPUT")
    assert [v["field"] for v in reply.json["violations"]] == ["content-encoding"]
    plain = {"content-encoding": "identity"}
    assert gateway.http("POST", "/v1/translate", translate_body("a"), headers=plain).status == 200


def test_a_compressed_body_is_not_unfolded_where_it_is_not_read(gateway: Harness) -> None:
    refused = gateway.http("POST", "/nowhere", b"not gzip", headers={"content-encoding": "gzip"})

    assert refused.status == 404


@pytest.mark.parametrize("sent", [b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", b"bad\r\n\r\n"])
def test_no_response_tells_which_software_made_it(gateway: Harness, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", gateway.ports.http), timeout=10) as connection:
        connection.sendall(sent)
        received = connection.recv(65536).decode().lower()

    assert "\r\nserver: salience\r\n" in received
    assert "aiohttp" not in received
    assert "python" not in received


SECRET = "salience_00000000_secret"
HEAD = f"POST /v1/translate HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {SECRET}\r\n"
CHUNKED = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        f"bad {SECRET}\r\n\r\n",
        f"{HEAD}Bearer {SECRET}\r\n\r\n",
        f"{HEAD}Long: {SECRET * 1000}\r\n\r\n",
        f"{HEAD}Content-Length: {SECRET}\r\n\r\n",
        f"{HEAD}{CHUNKED}{SECRET}\r\n",
    ],
)
def test_what_is_not_http_is_a_problem_that_does_not_repeat_it(
    gateway: Harness, sent: str, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_connection(("127.0.0.1", gateway.ports.http), timeout=10) as connection:
        connection.sendall(sent.encode())
        response = HTTPResponse(connection)
        response.begin()
        problem = json.loads(response.read())

    assert (response.status, problem["reason"]) == (400, "INVALID_INPUT")
    assert response.headers["x-request-id"]
    assert SECRET not in f"{problem}{response.headers}{caplog.text}"


def grpc_error(gateway: Harness, data: bytes) -> Any:
    call = gateway.channel.unary_unary("/salience.v1.TranslationService/Translate", bytes, bytes)
    with pytest.raises(grpc.RpcError) as raised:
        call(data, timeout=10)
    return raised.value


def violations_of(error: Any) -> list[tuple[str, str]]:
    status = Status.FromString(dict(error.trailing_metadata())["grpc-status-details-bin"])
    bad_request = BadRequest()
    return [
        (violation.field, violation.description)
        for detail in status.details
        if detail.Unpack(bad_request)
        for violation in bad_request.field_violations
    ]
