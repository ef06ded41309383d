"""Every error has the same canonical code, reason and retry time on both transports."""

import json
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.rpc.code_pb2 import Code
from google.rpc.status_pb2 import Status

from salience import errors
from salience.errors import ErrorCode, ServingError
from salience.gateway.grpc_abort import GRPC_STATUS
from salience.gateway.problem_details import HTTP_STATUS
from salience.gateway.status_details import reason_of, retry_seconds_of
from salience.logs import JsonFormatter
from salience.rpc_status import CANONICAL_CODE, status_of
from salience.v1.translation_pb2 import TranslateReply, TranslateResult
from tests.unit.gateway.fake_torchserve import answering
from tests.unit.gateway.harness import Harness, running_harness, translate_body

ERRORS: list[ServingError] = [
    errors.InvalidInput("wrong", field="texts[0]"),
    errors.InputTooLong("long", field="texts[0]"),
    errors.ReplyTooLong("large"),
    errors.Unsupported("unknown", field="model"),
    errors.ItemFailed("the model failed on this item"),
    errors.Unauthenticated("nobody"),
    errors.PermissionDenied("forbidden"),
    errors.MethodNotFound("no method"),
    errors.ModelNotFound("absent"),
    errors.ModelNotReady("loading", retry_seconds=1.5),
    errors.WorkerLost("dead", retry_seconds=0.2),
    errors.Overloaded("busy", retry_seconds=3.0),
    errors.RateLimited("too often", retry_seconds=0.5),
    errors.DeadlineExceeded("late"),
    errors.Cancelled("gone"),
    errors.InternalError("internal error"),
]


@pytest.fixture(scope="module")
def gateway() -> Iterator[Harness]:
    with running_harness() as harness:
        yield harness


def test_every_error_code_is_tried_here() -> None:
    assert {error.code for error in ERRORS} == set(ErrorCode)


def test_every_canonical_code_in_use_has_a_row_for_each_transport() -> None:
    assert set(CANONICAL_CODE) == set(ErrorCode)
    assert set(CANONICAL_CODE.values()) <= set(HTTP_STATUS)
    assert set(CANONICAL_CODE.values()) <= set(GRPC_STATUS)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: str(error.code.value))
def test_both_transports_report_it_alike(gateway: Harness, error: ServingError) -> None:
    gateway.fake.answer_instead = lambda row: answering(
        TranslateReply(results=[TranslateResult(error=status_of(error))])
    )

    reply = gateway.http("POST", "/v1/translate", translate_body("a"))
    status = grpc_status(gateway)

    assert reply.json["code"] == Code.Name(status.code)
    assert status.code == CANONICAL_CODE[error.code]
    assert reply.status == reply.json["status"] == HTTP_STATUS[status.code]
    assert reply.json["reason"] == reason_of(status) == error.code.value
    assert reply.json["detail"] == status.message == error.message
    assert reply.json.get("retry_after") == retry_seconds_of(status) == error.retry_seconds
    assert ("retry-after" in reply.headers) == (error.retry_seconds is not None)


def test_what_is_unexpected_is_answered_internal_error_and_logged_with_request_and_trace(
    gateway: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.fake.answer_instead = lambda row: answering(TranslateReply())

    reply = gateway.http(
        "POST",
        "/v1/translate",
        translate_body("a"),
        headers={"x-request-id": "of-this-test", "traceparent": f"00-{'ab' * 16}-{'cd' * 8}-00"},
    )

    assert reply.status == 500
    assert json.loads(reply.body)["detail"] == "internal error"
    assert b"Traceback" not in reply.body
    [line] = [json.loads(JsonFormatter().format(record)) for record in caplog.records]
    assert (line["request_id"], line["trace_id"]) == ("of-this-test", "ab" * 16)


def grpc_status(gateway: Harness) -> Status:
    with pytest.raises(grpc.RpcError) as raised:
        gateway.translate("a")
    error: Any = raised.value
    status = Status.FromString(dict(error.trailing_metadata())["grpc-status-details-bin"])
    assert error.code() == GRPC_STATUS[status.code]
    assert error.details() == status.message
    return status
