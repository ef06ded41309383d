"""Peers that send or read slowly, or have gone without a word, end by themselves."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.unit.gateway.harness import Harness, running_harness, translate_body, wait_until

SECONDS = 0.2
HEAD = b"POST /v1/translate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.fixture
def gateway() -> Iterator[Harness]:
    with running_harness(head_seconds=SECONDS, body_seconds=SECONDS, idle_seconds=SECONDS) as it:
        yield it


@contextmanager
def connection(
    gateway: Harness, sent: bytes, *, port: int | None = None
) -> Iterator[socket.socket]:
    address = ("127.0.0.1", port or gateway.ports.http)
    with socket.create_connection(address, timeout=20) as peer:
        peer.sendall(sent)
        yield peer


def read_to_the_end(peer: socket.socket) -> bytes:
    """What comes until the connection is closed; fails when it is not."""
    received = b""
    try:
        while more := peer.recv(2**16):
            received += more
    except ConnectionResetError:
        pass
    return received


@pytest.mark.parametrize("sent", [b"", HEAD], ids=["nothing", "half a head"])
def test_a_connection_without_a_request_is_closed(gateway: Harness, sent: bytes) -> None:
    with connection(gateway, sent) as peer:
        assert read_to_the_end(peer) == b""

    assert gateway.translate("still here").results[0].translation.text == "STILL HERE"


@pytest.mark.parametrize(
    "sent", [b"", b"GET /metrics HTTP/1.1\r\n"], ids=["nothing", "half a head"]
)
def test_the_port_of_the_metrics_closes_them_too(gateway: Harness, sent: bytes) -> None:
    with connection(gateway, sent, port=gateway.ports.metrics) as peer:
        assert read_to_the_end(peer) == b""

    assert "salience_" in gateway.metrics()


def test_a_body_that_does_not_come_is_a_timeout(gateway: Harness) -> None:
    with connection(gateway, HEAD + b"Content-Length: 1000\r\n\r\n{") as peer:
        received = read_to_the_end(peer)

    assert received.startswith(b"HTTP/1.1 408 ")
    assert b"the body did not arrive within 0.2 seconds" in received
    assert b"\r\nRetry-After: 1\r\n" in received


@pytest.mark.parametrize("path", ["/v1/translate", "/v2/models/translation-en-de/infer"])
@pytest.mark.parametrize("length", [b"Content-Length: 1000000", b"Transfer-Encoding: chunked"])
def test_bodies_that_do_not_come_take_no_room_from_others(path: str, length: bytes) -> None:
    head = HEAD.replace(b"/v1/translate", path.encode()) + length + b"\r\n\r\n"
    large = {"texts": ["a" * 1000] * 100, "source_language": "en", "target_language": "de"}
    with (
        running_harness(max_held_bytes=1_000_000, max_request_bytes=1_000_000) as gateway,
        connection(gateway, head),
        connection(gateway, head),
    ):
        wait_until(lambda: num_in_flight(gateway) == 2)
        reply = gateway.http("POST", "/v1/translate", large)

    assert reply.status == 200


def num_in_flight(gateway: Harness) -> float:
    return sum(
        float(line.split()[-1])
        for line in gateway.metrics().splitlines()
        if line.startswith("salience_requests_in_flight{")
    )


def test_a_body_that_does_not_come_is_given_up_at_the_deadline_of_its_call() -> None:
    head = HEAD + b"Content-Length: 1000\r\nx-timeout-seconds: 0.2\r\n\r\n{"
    with running_harness(idle_seconds=SECONDS) as gateway, connection(gateway, head) as peer:
        received = read_to_the_end(peer)

    assert received.startswith(b"HTTP/1.1 504 ")
    assert b'"reason": "DEADLINE_EXCEEDED"' in received


def test_a_peer_that_leaves_with_its_body_half_sent_has_cancelled_its_call(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with running_harness() as gateway:
        with connection(gateway, HEAD + b"Content-Length: 1000\r\n\r\n{"):
            wait_until(lambda: num_in_flight(gateway) == 1)
        wait_until(lambda: 'code="CANCELLED",method="Translate"' in gateway.metrics())

    assert caplog.text == ""


def test_an_idle_connection_is_closed_after_its_call(gateway: Harness) -> None:
    with connection(gateway, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n") as peer:
        assert b"alive" in read_to_the_end(peer)


def test_a_call_that_takes_long_is_not_cut(gateway: Harness) -> None:
    gateway.fake.held = {"slow"}
    gateway.loop.call_soon_threadsafe(gateway.loop.call_later, 5 * SECONDS, gateway.fake.held.clear)

    reply = gateway.http("POST", "/v1/translate", translate_body("slow"))

    assert reply.json["results"][0]["translation"]["text"] == "SLOW"
