"""What TorchServe does when it fails, and what the caller is told."""

from collections.abc import Callable

import pytest
from aiohttp import web

from tests.unit.gateway.fake_torchserve import SeenRow, torchserve_error
from tests.unit.gateway.harness import Harness, running_harness, translate_body, wait_until

NO_WORKER = 'Model "m" has no worker to serve inference request. Please use scale workers API'


@pytest.mark.parametrize(
    ("status", "message", "reason"),
    [
        (503, NO_WORKER, "OVERLOADED"),
        (500, "Worker died.", "ITEM_FAILED"),
        (507, "Worker died.", "ITEM_FAILED"),
        (507, "Out of resources", "ITEM_FAILED"),
        (404, "Model not found: m", "MODEL_NOT_READY"),
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


def test_a_model_that_stops_answering_is_not_ready_until_it_answers_again() -> None:
    with running_harness() as gateway:
        gateway.fake.num_workers = 0
        wait_until(lambda: readiness_of_models(gateway) == {"READINESS_FAILED"})

        refused = gateway.http("POST", "/v1/translate", translate_body("a"))

        assert (refused.status, refused.json["reason"]) == (503, "MODEL_NOT_READY")
        assert refused.headers["retry-after"] == "1"
        assert gateway.http("GET", "/readyz").status == 503

        gateway.fake.num_workers = 1
        wait_until(lambda: gateway.http("GET", "/readyz").status == 200)
        assert gateway.translate("back").results[0].translation.text == "BACK"


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
