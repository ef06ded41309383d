"""Peers that ask and do not read: bounded, let go, and nothing to others."""

import json
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest

from salience.gateway.slow_readers import Peer, shut_down
from salience.v1.models_pb2 import ListModelsRequest
from salience.v1.translation_pb2 import TranslateReply
from tests.unit.gateway.fake_torchserve import FakeTorchServe, translated
from tests.unit.gateway.harness import (
    Harness,
    running_harness,
    translate_body,
    translate_request,
    wait_until,
)
from tests.unit.gateway.http2_peer import call_that_reads_nothing
from tests.unit.gateway.test_metrics import sample
from tests.unit.gateway.test_slow_peers import connection, read_to_the_end

SECONDS = 0.5
ROWS_AHEAD = 4
NUM_SENTENCES = 60
DOCUMENT = "It is. " * NUM_SENTENCES
SERVICE = "/salience.v1.TranslationService"


def long_translations(texts: Sequence[Any]) -> TranslateReply:
    """A few of them fill what a connection takes while nobody reads it."""
    reply = translated(texts)
    for result in reply.results:
        result.translation.text *= 100_000
    return reply


@pytest.fixture
def gateway() -> Iterator[Harness]:
    fake = FakeTorchServe(answers={"translation-en-de": long_translations})
    with running_harness(
        fake, timeout_seconds=SECONDS, idle_seconds=SECONDS, stream_rows_ahead=ROWS_AHEAD
    ) as gateway:
        yield gateway


def calls_that_ended(gateway: Harness, method: str, code: str) -> float:
    labels = {"method": method, "code": code}
    return sample(gateway.metrics(), "salience_requests_total", **labels)


def test_a_stream_over_grpc_that_nobody_reads_is_not_produced_and_ends(gateway: Harness) -> None:
    request = translate_request(DOCUMENT).SerializeToString()
    method = f"{SERVICE}/TranslateStream"

    with call_that_reads_nothing(gateway.ports.grpc, method, request) as peer:
        wait_until(lambda: len(gateway.fake.seen) == ROWS_AHEAD)
        read_to_the_end(peer)

    assert len(gateway.fake.seen) == ROWS_AHEAD
    assert calls_that_ended(gateway, "TranslateStream", "DEADLINE_EXCEEDED") == 1


def test_a_reply_over_grpc_that_nobody_reads_is_let_go_and_others_are_answered(
    gateway: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    request = translate_request("It is.").SerializeToString()
    others = gateway.models.ListModels
    others(ListModelsRequest(), timeout=10)

    with call_that_reads_nothing(gateway.ports.grpc, f"{SERVICE}/Translate", request) as peer:
        wait_until(lambda: calls_that_ended(gateway, "Translate", "OK") == 1)
        assert others(ListModelsRequest(), timeout=10).models
        read_to_the_end(peer)

    assert others(ListModelsRequest(), timeout=10).models
    assert caplog.text.count("does not read its reply") == 1


def test_a_stream_over_http_that_nobody_reads_is_not_produced_and_ends(gateway: Harness) -> None:
    with connection(gateway, stream_request()) as peer:
        wait_until(lambda: calls_that_ended(gateway, "TranslateStream", "DEADLINE_EXCEEDED") == 1)
        wait_until(lambda: not gateway_is_connected_to(peer))

    assert len(gateway.fake.seen) < NUM_SENTENCES / 2


def test_a_reader_that_comes_back_learns_why_its_stream_ended(gateway: Harness) -> None:
    with connection(gateway, stream_request()) as peer:
        wait_until(lambda: calls_that_ended(gateway, "TranslateStream", "DEADLINE_EXCEEDED") == 1)
        received = read_to_the_end(peer)

    assert b'"code": "DEADLINE_EXCEEDED"' in received.rpartition(b"event: error")[2]


def test_only_the_connection_of_that_peer_is_ended() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        with socket.create_connection(address) as one, socket.create_connection(address) as other:
            ours, theirs = server.accept()[0], server.accept()[0]
            with ours, theirs:
                shut_down(Peer.at(*one.getsockname()))

                assert one.recv(1) == b""
                theirs.sendall(b"!")
                assert other.recv(1) == b"!"


def test_looking_for_a_peer_leaves_no_file_open(tmp_path: Path) -> None:
    before = psutil.Process().num_fds()

    with (tmp_path / "log").open("w"):
        shut_down(Peer.at("127.0.0.1", 9))

    assert psutil.Process().num_fds() == before


@pytest.mark.parametrize(
    ("name", "peer"),
    [
        ("ipv4:127.0.0.1:4711", Peer("127.0.0.1", 4711)),
        ("ipv6:%5B::1%5D:4711", Peer("::1", 4711)),
        ("ipv6:[::ffff:10.0.0.1]:4711", Peer("10.0.0.1", 4711)),
    ],
)
def test_peers_are_known_by_the_names_that_grpc_gives_them(name: str, peer: Peer) -> None:
    assert Peer.named(name) == peer


def gateway_is_connected_to(peer: socket.socket) -> bool:
    """Gateway and peer are one process here."""
    connections = psutil.Process().net_connections("tcp")
    return any(one.raddr == peer.getsockname() for one in connections)


def stream_request() -> bytes:
    body = json.dumps(translate_body(DOCUMENT)).encode()
    head = b"POST /v1/translate:stream HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body
