"""How to search travels with every row, and is refused at the door when no model can do it."""

import json
from typing import Any

import grpc
import pytest
from google.rpc.error_details_pb2 import BadRequest
from google.rpc.status_pb2 import Status

from salience.errors import InvalidInput
from salience.rpc_status import status_of
from salience.v1.translation_pb2 import (
    AlternativeTranslation,
    TranslateReply,
    TranslateRequest,
    TranslateResult,
    Translation,
)
from tests.unit.gateway.fake_torchserve import answering
from tests.unit.gateway.harness import Harness, translate_body, translate_request

OPTIONS: dict[str, Any] = {"beam_size": 6, "num_alternatives": 2, "length_penalty": 0.0}

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a beam too wide": ({"beam_size": 9}, "beam_size is 9; it may be from 1 to 8"),
    "as many alternatives as the beam is wide": (
        {"beam_size": 3, "num_alternatives": 3},
        "num_alternatives is 3; with a beam of 3 it may be up to 2",
    ),
    "more alternatives than any beam has": (
        {"num_alternatives": 8},
        "num_alternatives is 8; with a beam of 8 it may be up to 7",
    ),
    "a penalty too large": (
        {"length_penalty": 2.5},
        "length_penalty is 2.5; it may be from 0 to 2",
    ),
    "a penalty below zero": (
        {"length_penalty": -1},
        "length_penalty is -1; it may be from 0 to 2",
    ),
    "a penalty that is no number": (
        {"length_penalty": "NaN"},
        "length_penalty is nan; it may be from 0 to 2",
    ),
}


def test_every_row_carries_the_options(gateway: Harness) -> None:
    gateway.translate(*[f"text {number}" for number in range(40)], **OPTIONS)
    gateway.http("POST", "/v1/translate", translate_body("hello", **OPTIONS))
    list(gateway.translation.TranslateStream(translate_request("One. Two.", **OPTIONS)))

    requests = requests_seen(gateway)
    assert [len(request.texts) for request in requests] == [20, 20, 1, 1, 1]
    for request in requests:
        assert (request.beam_size, request.num_alternatives) == (6, 2)
        assert request.HasField("length_penalty")
        assert request.length_penalty == 0.0


def test_what_is_not_asked_is_left_to_the_model(gateway: Harness) -> None:
    gateway.http("POST", "/v1/translate", translate_body("hello"))

    [request] = requests_seen(gateway)
    assert (request.beam_size, request.num_alternatives) == (0, 0)
    assert not request.HasField("length_penalty")


@pytest.mark.parametrize("path", ["/v1/translate", "/v1/translate:stream"])
@pytest.mark.parametrize("name", REFUSED)
def test_both_transports_refuse_at_once_and_name_the_option(
    gateway: Harness, name: str, path: str
) -> None:
    options, message = REFUSED[name]
    numbers = {field: float(value) if value == "NaN" else value for field, value in options.items()}

    reply = gateway.http("POST", path, translate_body("a", **options))
    with pytest.raises(grpc.RpcError) as raised:
        ask(gateway, path, numbers)

    field = message.split()[0]
    assert (reply.status, reply.json["reason"]) == (400, "INVALID_INPUT")
    assert reply.json["violations"] == [{"field": field, "description": message}]
    error: Any = raised.value
    assert (error.code(), error.details()) == (grpc.StatusCode.INVALID_ARGUMENT, message)
    assert violations_of(error) == [(field, message)]
    assert gateway.fake.seen == []


def test_an_option_that_only_the_model_can_refuse_is_named_once(gateway: Harness) -> None:
    refusal = status_of(InvalidInput("not so many", field="num_alternatives"))
    gateway.fake.answer_instead = lambda row: answering(
        TranslateReply(results=[TranslateResult(error=refusal)] * len(row.items))
    )

    reply = gateway.http("POST", "/v1/translate", translate_body("a", "b", num_alternatives=5))

    assert reply.status == 400
    assert reply.json["violations"] == [{"field": "num_alternatives", "description": "not so many"}]


def test_alternatives_of_a_streamed_sentence_have_its_white_space(gateway: Harness) -> None:
    found = Translation(
        text="Eins.", score=-0.5, alternatives=[AlternativeTranslation(text="Ein.", score=-0.75)]
    )
    gateway.fake.answer_instead = lambda row: answering(
        TranslateReply(results=[TranslateResult(translation=found)])
    )

    body = gateway.http("POST", "/v1/translate:stream", translate_body("One. \nTwo.")).body.decode()

    first = json.loads(body.split("\n")[1].removeprefix("data: "))["translation"]
    assert (first["text"], first["score"]) == ("Eins. \n", -0.5)
    assert first["alternatives"] == [{"text": "Ein. \n", "score": -0.75}]


def requests_seen(gateway: Harness) -> list[TranslateRequest]:
    return [row.request for row in gateway.fake.seen if isinstance(row.request, TranslateRequest)]


def ask(gateway: Harness, path: str, options: dict[str, Any]) -> None:
    request = translate_request("a", **options)
    if path.endswith(":stream"):
        list(gateway.translation.TranslateStream(request))
    else:
        gateway.translation.Translate(request)


def violations_of(error: Any) -> list[tuple[str, str]]:
    status = Status.FromString(dict(error.trailing_metadata())["grpc-status-details-bin"])
    bad_request = BadRequest()
    assert any(detail.Unpack(bad_request) for detail in status.details)
    return [(violation.field, violation.description) for violation in bad_request.field_violations]
