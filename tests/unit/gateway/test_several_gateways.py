"""Gateways that share a port, and gateways that a client balances over."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial

import grpc
import pytest

from salience.client import Client, answers
from salience.errors import Cancelled
from salience.gateway.settings import GatewaySettings
from salience.v1.translation_pb2 import Translation
from salience.v1.translation_pb2_grpc import TranslationServiceStub
from tests.callers import calling_again_and_again
from tests.unit.gateway.harness import (
    Harness,
    free_ports,
    running_harness,
    translate_body,
    translate_request,
    wait_until,
)

WAITING = 'salience_rows_waiting{model="translation-en-de"} 4.0'


def num_calls(gateway: Harness) -> int:
    return len(gateway.fake.items_seen())


def test_gateways_that_share_their_ports_both_get_calls() -> None:
    http_port, grpc_port = free_ports(2)
    one_of_two = partial(running_harness, gateways=2, http_port=http_port, grpc_port=grpc_port)
    with one_of_two() as first, one_of_two() as second:
        gateways = (first, second)
        for protocol in ("http", "grpc"):
            seen = [num_calls(gateway) for gateway in gateways]

            def both_were_asked(protocol: str = protocol, seen: list[int] = seen) -> bool:
                ask_anew(first, protocol)
                return all(num_calls(g) > n for g, n in zip(gateways, seen, strict=True))

            wait_until(both_were_asked)

        assert first.ports.metrics != second.ports.metrics


def ask_anew(gateway: Harness, protocol: str) -> None:
    """Call over a new connection, which the kernel gives to one of the gateways."""
    if protocol == "http":
        assert gateway.http("POST", "/v1/translate", translate_body("one")).status == 200
        return
    options = [("grpc.use_local_subchannel_pool", 1)]
    with grpc.insecure_channel(f"127.0.0.1:{gateway.ports.grpc}", options=options) as channel:
        TranslationServiceStub(channel).Translate(translate_request("one"), timeout=10)


def test_each_of_several_gateways_has_its_share() -> None:
    settings = GatewaySettings(gateways=4)

    assert settings.share(settings.max_waiting_rows) == 128
    assert settings.share(3) == 1


def test_rows_sent_ahead_are_a_gateways_share() -> None:
    texts = [f"text {number}" for number in range(8)]
    with running_harness(gateways=2, rows_per_worker=4, max_items_per_row=1) as gateway:
        gateway.fake.held = set(texts)
        call = gateway.translation.Translate.future(translate_request(*texts), timeout=10)
        wait_until(lambda: WAITING in gateway.metrics() and num_calls(gateway) == 4)
        gateway.fake.held = set()
        assert len(call.result().results) == len(texts)


def test_a_gateway_tells_its_health_beside_its_metrics() -> None:
    with running_harness() as gateway:
        for path in ("/healthz", "/readyz"):
            beside = gateway.http("GET", path, port=gateway.ports.metrics)
            assert (beside.status, beside.json) == (200, gateway.http("GET", path).json)


def test_no_call_is_lost_when_one_of_two_gateways_is_stopped() -> None:
    with ExitStack() as first_of_two, running_harness() as second:
        first = first_of_two.enter_context(running_harness(drain_seconds=0.1))
        target = f"ipv4:127.0.0.1:{first.ports.grpc},127.0.0.1:{second.ports.grpc}"
        with Client(target, timeout_seconds=10.0) as client:

            def call() -> None:
                assert answers(client.translate(["one"])) == [Translation(text="ONE")]

            with calling_again_and_again(call):
                wait_until(lambda: num_calls(first) > 20 and num_calls(second) > 20)
                first_of_two.close()
                seen = num_calls(second)
                wait_until(lambda: num_calls(second) > seen + 20)


def test_a_call_of_a_client_that_is_closed_is_cancelled_not_tried_again() -> None:
    with running_harness() as gateway, ThreadPoolExecutor(1) as pool:
        gateway.fake.held = {"held"}
        client = Client(f"127.0.0.1:{gateway.ports.grpc}", timeout_seconds=10.0)
        call = pool.submit(client.translate, ["held"])
        wait_until(lambda: "held" in gateway.fake.items_seen())
        client.close()
        with pytest.raises(Cancelled):
            call.result(10)
        gateway.fake.held = set()
