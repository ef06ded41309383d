import json
import time
from http.client import HTTPConnection

import grpc
import pytest
from aiohttp import web

from tests.unit.gateway.fake_torchserve import FakeTorchServe, SeenRow, torchserve_error
from tests.unit.gateway.harness import (
    Harness,
    running_harness,
    translate_body,
    translate_request,
    wait_until,
)
from tests.unit.gateway.test_resending import NO_WORKER, worker_died

DEADLINE_SECONDS = 0.7
LATENESS_SECONDS = 0.5
"""What is promised is 0.1 on a machine with nothing else to do, which `make faults` looks at."""


def test_a_call_that_is_late_is_told_so_over_both_transports(gateway: Harness) -> None:
    gateway.fake.held = {"slow"}

    with pytest.raises(grpc.RpcError) as raised:
        gateway.translate("slow", timeout=0.1)
    reply = gateway.http(
        "POST", "/v1/translate", translate_body("slow"), headers={"x-timeout-seconds": "0.1"}
    )

    assert raised.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    assert (reply.status, reply.json["reason"]) == (504, "DEADLINE_EXCEEDED")


@pytest.mark.parametrize("protocol", ["grpc", "http"])
def test_a_call_ends_with_its_deadline_while_it_waits_for_its_turn(protocol: str) -> None:
    with running_harness(FakeTorchServe(num_workers=1), rows_per_worker=1) as gateway:
        gateway.fake.held = {"first"}
        holder = gateway.translation.Translate.future(translate_request("first"))
        wait_until(lambda: "first" in gateway.fake.items_seen())

        lateness = lateness_of(gateway, protocol, "late")
        gateway.fake.held = set()

        assert holder.result(10).results[0].translation.text == "FIRST"
        gateway.translate("last")
        assert "late" not in gateway.fake.items_seen()
    assert 0 <= lateness < LATENESS_SECONDS


@pytest.mark.parametrize("protocol", ["grpc", "http"])
def test_a_call_ends_with_its_deadline_while_it_is_sent_again(protocol: str) -> None:
    with running_harness(FakeTorchServe(num_workers=1)) as gateway:

        def die(row: SeenRow) -> web.Response:
            gateway.fake.num_workers = 0
            first = len(gateway.fake.seen) == 1
            return worker_died() if first else torchserve_error(503, "Unavailable", NO_WORKER)

        gateway.fake.answer_instead = die

        assert 0 <= lateness_of(gateway, protocol, "late") < LATENESS_SECONDS
        assert len(gateway.fake.seen) > 1


def lateness_of(gateway: Harness, protocol: str, text: str) -> float:
    """By how many seconds a call outlives its deadline, which it must not meet."""
    asked = time.monotonic()
    if protocol == "grpc":
        with pytest.raises(grpc.RpcError) as raised:
            gateway.translate(text, timeout=DEADLINE_SECONDS)
        assert raised.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    else:
        reply = gateway.http(
            "POST",
            "/v1/translate",
            translate_body(text),
            headers={"x-timeout-seconds": str(DEADLINE_SECONDS)},
        )
        assert (reply.status, reply.json["reason"]) == (504, "DEADLINE_EXCEEDED")
    return time.monotonic() - asked - DEADLINE_SECONDS


def test_the_deadline_travels_to_the_worker(gateway: Harness) -> None:
    gateway.translate("a", timeout=7)
    gateway.http("POST", "/v1/translate", translate_body("b"), headers={"x-timeout-seconds": "7"})
    gateway.http("POST", "/v1/translate", translate_body("c"))

    left = [row.deadline - time.time() for row in gateway.fake.seen]
    assert left == pytest.approx([7, 7, 120], abs=1.5)


@pytest.mark.parametrize("protocol", ["grpc", "http"])
def test_a_caller_that_leaves_before_its_turn_costs_nothing(protocol: str) -> None:
    with running_harness(FakeTorchServe(num_workers=1), rows_per_worker=1) as gateway:
        gateway.fake.held = {"first", "second"}
        holders = [
            gateway.translation.Translate.future(translate_request(t)) for t in ("first", "second")
        ]
        wait_until(lambda: bool(gateway.fake.seen))

        leave = start_waiting(gateway, protocol)
        wait_until(lambda: in_flight(gateway) == 3)
        leave()
        wait_until(lambda: in_flight(gateway) == 2)
        gateway.fake.held = set()

        assert [holder.result(10).results[0].translation.text for holder in holders] == [
            "FIRST",
            "SECOND",
        ]
        gateway.translate("last")
        assert "abandoned" not in gateway.fake.items_seen()


def test_a_row_whose_caller_left_keeps_its_place_until_it_is_answered() -> None:
    with running_harness(FakeTorchServe(num_workers=1), rows_per_worker=1) as gateway:
        gateway.fake.held = {"abandoned", "next"}
        leave = start_waiting(gateway, "grpc")
        wait_until(lambda: "abandoned" in gateway.fake.items_seen())
        leave()

        waiting = gateway.translation.Translate.future(translate_request("next"))
        wait_until(lambda: in_flight(gateway) == 1)
        gateway.http("GET", "/v1/models")
        assert "next" not in gateway.fake.items_seen()
        gateway.fake.held = set()

        assert waiting.result(10).results[0].translation.text == "NEXT"


def start_waiting(gateway: Harness, protocol: str):  # type: ignore[no-untyped-def]
    """Call with a text named `abandoned`; the result hangs up."""
    if protocol == "grpc":
        return gateway.translation.Translate.future(translate_request("abandoned")).cancel
    connection = HTTPConnection("127.0.0.1", gateway.ports.http, timeout=10)
    body = json.dumps(translate_body("abandoned"))
    connection.request("POST", "/v1/translate", body, {"content-type": "application/json"})
    return connection.close


def in_flight(gateway: Harness) -> float:
    return sum(
        float(line.split()[-1])
        for line in gateway.metrics().splitlines()
        if line.startswith("salience_requests_in_flight{")
    )
