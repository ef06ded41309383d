"""Messages over gRPC that do not come whole: bounded in time and number, nothing to others."""

import asyncio
import socket
import struct
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from salience.errors import Cancelled
from salience.gateway.grpc_messages import GrpcMessages
from salience.gateway.held_bytes import HeldBytes, Hold
from tests.unit.gateway.harness import Harness, quick_settings, running_harness, wait_until
from tests.unit.gateway.http2_peer import call_half_sent
from tests.unit.gateway.test_metrics import sample
from tests.unit.gateway.test_slow_peers import num_in_flight

SECONDS = 0.3
SERVICE = "/salience.v1.TranslationService"
TRANSLATE = f"{SERVICE}/Translate"


@pytest.fixture(scope="module")
def gateway() -> Iterator[Harness]:
    with running_harness(body_seconds=SECONDS) as gateway:
        yield gateway


def read_until(peer: socket.socket, expected: bytes) -> None:
    """Fails when the connection ends, or stands still, before those bytes."""
    received = b""
    while expected not in received:
        more = peer.recv(2**16)
        assert more, "the connection ended"
        received += more


@pytest.mark.parametrize(
    "method",
    [
        TRANSLATE,
        f"{SERVICE}/TranslateStream",
        "/inference.GRPCInferenceService/ModelInfer",
        "/grpc.health.v1.Health/Check",
        "/grpc.health.v1.Health/Watch",
    ],
)
def test_a_message_that_does_not_come_ends_its_call(gateway: Harness, method: str) -> None:
    with call_half_sent(gateway.ports.grpc, method) as peer:
        read_until(peer, b"the message did not arrive within 0.3 seconds")

    wait_until(lambda: num_in_flight(gateway) == 0)


def test_reflection_ends_when_nothing_more_is_asked(gateway: Harness) -> None:
    method = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
    with call_half_sent(gateway.ports.grpc, method) as peer:
        read_until(peer, b"grpc-status\x010")


def test_a_peer_that_leaves_within_its_message_is_a_call_that_was_cancelled(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with running_harness() as gateway:
        with call_half_sent(gateway.ports.grpc, TRANSLATE):
            wait_until(lambda: num_in_flight(gateway) == 1)
        wait_until(lambda: num_in_flight(gateway) == 0)

        labels = {"method": "Translate", "code": "CANCELLED"}
        assert sample(gateway.metrics(), "salience_requests_total", **labels) == 1
    assert not [line for line in caplog.records if line.levelname == "ERROR"]


def test_slow_messages_beyond_those_there_is_room_for_are_told_to_come_again() -> None:
    with (
        running_harness(body_seconds=3, max_held_bytes=28 * 2**20) as gateway,
        ExitStack() as peers,
    ):
        for _ in range(2):  # Each counts 9 MiB, a quarter of the longest message.
            peers.enter_context(call_half_sent(gateway.ports.grpc, TRANSLATE))
        wait_until(lambda: num_in_flight(gateway) == 2)
        third = peers.enter_context(call_half_sent(gateway.ports.grpc, TRANSLATE))
        read_until(third, b"too many large requests are in hand")

        assert sample(gateway.metrics(), "salience_requests_shed_unread_total") == 1
        assert gateway.translate("still here").results[0].translation.text == "STILL HERE"


def test_a_connection_may_have_a_thousand_calls_and_send_little_that_is_not_asked_for(
    gateway: Harness,
) -> None:
    with call_half_sent(gateway.ports.grpc, TRANSLATE) as peer:
        head = peer.recv(9, socket.MSG_WAITALL)
        settings = peer.recv(int.from_bytes(head[:3], "big"), socket.MSG_WAITALL)

    told = dict(struct.iter_unpack(">HI", settings))
    max_concurrent_streams, initial_window_size = told[3], told.get(4, 65535)
    assert (max_concurrent_streams, initial_window_size) == (1000, 65535)


def test_a_long_message_for_a_service_without_keys_is_refused(gateway: Harness) -> None:
    health = health_pb2_grpc.HealthStub(gateway.channel)

    with pytest.raises(grpc.RpcError, match="over the limit of 65536 bytes"):
        health.Check(health_pb2.HealthCheckRequest(service="a" * 2**17))


class SlowRpc:
    """A call whose message comes as soon as something is held for it."""

    def __init__(self, hold: Hold, message: object) -> None:
        self._hold = hold
        self._message = message

    async def read(self) -> object:
        while not self._hold.num_bytes:
            await asyncio.sleep(0)
        return self._message


def receive(message: object) -> bytes:
    """That message, which is slow; nothing is held for it afterwards."""
    messages = GrpcMessages(quick_settings("http://x", body_seconds=0.3))
    with HeldBytes(10).holding("") as hold:
        rpc: Any = SlowRpc(hold, message)
        received = asyncio.run(messages.next_of(rpc, hold))
        assert hold.num_bytes == 0
        return received


def test_nothing_is_held_for_a_slow_message_once_it_is_there() -> None:
    assert receive(b"here") == b"here"


def test_a_call_without_a_message_is_one_that_was_cancelled() -> None:
    with pytest.raises(Cancelled):
        receive(grpc.aio.EOF)  # type: ignore[attr-defined]
