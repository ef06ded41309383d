"""What TorchServe does when it fails, and what the caller is told."""

from collections.abc import Callable

import pytest
from aiohttp import web

from tests.unit.gateway.fake_torchserve import SeenRow, torchserve_error
from tests.unit.gateway.harness import (
    Harness,
    running_harness,
    translate_body,
    translate_request,
    wait_until,
)

NO_WORKER = 'Model "m" has no worker to serve inference request. Please use scale workers API'


@pytest.mark.parametrize(
    ("status", "message", "reason"),
    [
        (503, NO_WORKER, "OVERLOADED"),
        (500, "Worker died.", "ITEM_FAILED"),
        (507, "Worker died.", "ITEM_FAILED"),
        (507, "Out of resources", "ITEM_FAILED"),
        (503, "Prediction failed", "INTERNAL"),
        (400, "what is this", "INTERNAL"),
    ],
)
def test_a_failure_has_a_reason(gateway: Harness, status: int, message: str, reason: str) -> None:
    gateway.fake.answer_instead = lambda row: (
        torchserve_error(status, "SomeException", message) if row.items == ("a",) else None
    )

    problem = gateway.http("POST", "/v1/translate", translate_body("a")).json

    assert problem["reason"] == reason
    assert ("retry_after" in problem) == (reason not in ("INTERNAL", "ITEM_FAILED"))
    assert message not in problem["detail"]


def test_a_connection_that_is_reset_is_tried_once_more(gateway: Harness) -> None:
    gateway.fake.answer_instead = resetting(times=1)

    assert gateway.translate("again").results[0].translation.text == "AGAIN"
    assert gateway.fake.items_seen().count("again") == 2


def test_a_connection_that_keeps_being_reset_is_a_lost_worker(gateway: Harness) -> None:
    gateway.fake.answer_instead = resetting(times=2)

    assert gateway.translate("again").results[0].translation.text == "AGAIN"
    assert gateway.fake.items_seen().count("again") == 3
    assert 'salience_rows_resent_total{model="translation-en-de"}' in gateway.metrics()


def test_calls_that_would_wait_too_long_for_a_worker_are_told_to_come_again() -> None:
    with running_harness(resend_seconds=0.0) as gateway:
        gateway.fake.num_workers = 0
        wait_until(lambda: readiness_of_models(gateway) == {"READINESS_FAILED"})

        refused = gateway.http("POST", "/v1/translate", translate_body("a"))

        assert (refused.status, refused.json["reason"]) == (503, "MODEL_NOT_READY")
        assert refused.headers["retry-after"] == "1"
        assert gateway.http("GET", "/readyz").status == 503

        gateway.fake.num_workers = 1
        wait_until(lambda: gateway.http("GET", "/readyz").status == 200)
        assert gateway.translate("back").results[0].translation.text == "BACK"


def test_a_model_that_is_being_registered_again_is_not_ready() -> None:
    with running_harness(resend_seconds=0.0) as gateway:
        gateway.fake.answer_instead = lambda row: torchserve_error(404, "NotFound", "No model: m")

        problem = gateway.http("POST", "/v1/translate", translate_body("a")).json

    assert (problem["reason"], problem["retry_after"]) == ("MODEL_NOT_READY", pytest.approx(1.0))


def test_calls_of_a_model_that_restarts_wait_for_it_though_it_is_not_ready() -> None:
    with running_harness() as gateway:
        gateway.fake.num_workers = 0
        wait_until(lambda: readiness_of_models(gateway) == {"READINESS_FAILED"})

        calls = [gateway.translation.Translate.future(translate_request(text)) for text in "ab"]
        wait_until(lambda: 'rows_waiting{model="translation-en-de"} 2.0' in gateway.metrics())

        assert not any(call.done() for call in calls)
        assert gateway.http("GET", "/readyz").status == 503
        assert not gateway.fake.seen

        gateway.fake.num_workers = 1
        assert [call.result(10).results[0].translation.text for call in calls] == ["A", "B"]


def test_a_call_waits_for_a_worker_no_longer_than_its_deadline() -> None:
    with running_harness() as gateway:
        gateway.fake.num_workers = 0
        wait_until(lambda: readiness_of_models(gateway) == {"READINESS_FAILED"})

        late = gateway.http(
            "POST", "/v1/translate", translate_body("a"), headers={"x-timeout-seconds": "0.05"}
        )

    assert (late.status, late.json["reason"]) == (504, "DEADLINE_EXCEEDED")


def test_more_calls_than_may_wait_for_a_worker_are_refused() -> None:
    with running_harness(max_waiting_rows=1) as gateway:
        gateway.fake.num_workers = 0
        wait_until(lambda: readiness_of_models(gateway) == {"READINESS_FAILED"})
        first = gateway.translation.Translate.future(translate_request("first"))
        wait_until(lambda: 'rows_waiting{model="translation-en-de"} 1.0' in gateway.metrics())

        refused = gateway.http("POST", "/v1/translate", translate_body("second"))

        assert (refused.status, refused.json["reason"]) == (429, "OVERLOADED")
        gateway.fake.num_workers = 1
        assert first.result(10).results[0].translation.text == "FIRST"


def test_a_call_that_finds_no_worker_before_anybody_knew_waits_too() -> None:
    with running_harness(check_seconds=60.0) as gateway:
        gateway.fake.num_workers = 0
        gateway.fake.answer_instead = lambda row: (
            None if gateway.fake.num_workers else torchserve_error(503, "Unavailable", NO_WORKER)
        )
        call = gateway.translation.Translate.future(translate_request("early"))
        wait_until(lambda: gateway.http("GET", "/readyz").status == 503)

        gateway.fake.num_workers = 1

        assert call.result(10).results[0].translation.text == "EARLY"


def test_without_torchserve_nothing_is_found_and_callers_may_come_again() -> None:
    with running_harness(wait=False, management_url="http://127.0.0.1:9") as gateway:
        reply = gateway.http("POST", "/v1/translate", translate_body("a"))
        ready = gateway.http("GET", "/readyz")

        assert (reply.status, reply.json["reason"]) == (503, "MODEL_NOT_READY")
        assert (ready.status, ready.json) == (503, {"ready": False, "models": {}})
        assert gateway.http("GET", "/healthz").status == 200


def readiness_of_models(gateway: Harness) -> set[str]:
    return {model["readiness"] for model in gateway.http("GET", "/v1/models").json["models"]}


def resetting(times: int) -> Callable[[SeenRow], web.Response | None]:
    """Cut the connection on the first rows."""
    left = [times]

    def cut(row: SeenRow) -> web.Response | None:
        if not left[0]:
            return None
        left[0] -= 1
        raise ConnectionResetError

    return cut
