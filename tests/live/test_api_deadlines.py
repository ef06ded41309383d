"""Callers that are in a hurry, leave, or ask for more than there is room for."""

from collections.abc import Callable

import psutil
import pytest

from salience.v1.entities_pb2 import RecognizeEntitiesRequest
from tests.live.metrics import calls_in_flight, value
from tests.live.running_service import RunningService, eventually
from tests.live.transports.over_http import JSON, Http
from tests.live.transports.transport import (
    Transport,
    entities,
    failure_of,
    translate,
    translate_request,
)

DOCUMENT = "The weather is nice today, and we should all go outside. " * 100
SHORT = "Ada Lovelace lived in London. " * 300
LONG = SHORT * 8
NUM_LONG = 20
"""So many long texts together take the workers several times as long as they are held up."""


@pytest.mark.parametrize("timeout_seconds", [0.0001, 0.05])
def test_a_call_over_its_deadline_is_told_so(transport: Transport, timeout_seconds: float) -> None:
    failure = failure_of(transport, translate_request(DOCUMENT), timeout_seconds=timeout_seconds)

    assert (failure.code, failure.retry_seconds) == ("DEADLINE_EXCEEDED", None)
    assert "Morgen" in translate(transport, "Good morning.").results[0].translation.text


def test_a_deadline_that_suffices_changes_nothing(transport: Transport) -> None:
    reply = translate(transport, "Good morning.", timeout_seconds=30)

    assert "Morgen" in reply.results[0].translation.text


@pytest.mark.parametrize("header", ["soon", "-1", "0", "nan"])
def test_a_timeout_that_is_none_is_refused(over_http: Http, header: str) -> None:
    reply = over_http.send(
        "POST", "/v1/translate", b"{}", headers=JSON | {"x-timeout-seconds": header}
    )

    assert reply.status == 400
    assert reply.json["violations"][0]["field"] == "x-timeout-seconds"


def test_the_work_of_a_caller_who_left_is_dropped(
    transport: Transport, service: RunningService
) -> None:
    for_one = tokens_for(service, lambda: entities(transport, SHORT))
    request = RecognizeEntitiesRequest(texts=[LONG] * NUM_LONG)

    def start_and_leave() -> None:
        before = tokens_read(service)
        left = value(service, "salience_requests_total", code="CANCELLED")
        leave = transport.begin(request)
        eventually(lambda: tokens_read(service) > before, 30, what="the work has begun")
        leave()
        eventually(lambda: calls_in_flight(service) == 0, 10, what="nobody is waited for")
        assert value(service, "salience_requests_total", code="CANCELLED") == left + 1
        assert entities(transport, "She moved to Paris.").results[0].entities.entities
        eventually(lambda: workers_are_idle(service), 60, what="the workers are idle")

    done = tokens_for(service, start_and_leave)
    assert done < for_one * 8 * NUM_LONG / 2


def workers_are_idle(service: RunningService) -> bool:
    pids = service.worker_pids("entities-en")
    return all(psutil.Process(pid).cpu_percent(interval=0.1) < 10 for pid in pids)


def tokens_for(service: RunningService, work: Callable[[], object]) -> float:
    """How many tokens the workers read meanwhile."""
    before = tokens_read(service)
    work()
    return tokens_read(service) - before


def tokens_read(service: RunningService) -> float:
    return value(service, "salience_worker_batch_tokens_sum", model="entities-en")
