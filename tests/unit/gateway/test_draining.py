import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPResponse

import grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from salience.v1.translation_pb2_grpc import TranslationServiceStub
from tests.unit.gateway.fake_torchserve import FakeTorchServe
from tests.unit.gateway.harness import (
    fake_in_a_thread,
    free_ports,
    translate_body,
    translate_request,
    wait_until,
)


def test_sigterm_lets_calls_in_flight_finish_and_exits_with_zero() -> None:
    with fake_in_a_thread() as fake, gateway_process(fake) as (process, http_port, grpc_port):
        fake.held = {"last"}
        with grpc.insecure_channel(f"127.0.0.1:{grpc_port}") as channel:
            watch = HealthStub(channel).Watch(HealthCheckRequest())
            assert next(watch).status == HealthCheckResponse.SERVING
            call = TranslationServiceStub(channel).Translate.future(translate_request("last"))
            wait_until(lambda: "last" in fake.items_seen())

            process.send_signal(signal.SIGTERM)
            assert next(watch).status == HealthCheckResponse.NOT_SERVING
            assert http_status(http_port, "/readyz") == 503
            assert http_status(http_port, "/healthz") == 200
            wait_until(lambda: not accepts(http_port))
            fake.held = set()

            assert call.result(10).results[0].translation.text == "LAST"
        assert process.wait(10) == 0


def test_callers_are_asked_to_connect_elsewhere_while_calls_are_still_taken() -> None:
    with (
        fake_in_a_thread() as fake,
        gateway_process(fake, drain_seconds=60) as (process, port, _),
        closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection,
    ):
        before = translated(connection)
        process.send_signal(signal.SIGTERM)
        wait_until(lambda: http_status(port, "/readyz") == 503)
        last = translated(connection)

    assert (before.status, before.headers["connection"]) == (200, None)
    assert (last.status, last.headers["connection"]) == (200, "close")


def test_calls_on_connections_that_were_kept_are_told_to_come_again_once_none_are_taken() -> None:
    with (
        fake_in_a_thread() as fake,
        gateway_process(fake, drain_seconds=0) as (process, port, grpc_port),
        grpc.insecure_channel(f"127.0.0.1:{grpc_port}") as channel,
        closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection,
    ):
        translated(connection)
        fake.held = {"in flight"}
        call = TranslationServiceStub(channel).Translate.future(translate_request("in flight"))
        wait_until(lambda: "in flight" in fake.items_seen())
        process.send_signal(signal.SIGTERM)
        wait_until(lambda: not accepts(port))

        refused = translated(connection)
        fake.held = set()

        assert call.result(10).results[0].translation.text == "IN FLIGHT"
        assert process.wait(10) == 0
    assert (refused.status, refused.headers["retry-after"]) == (503, "1")
    assert refused.headers["connection"] == "close"


def test_a_port_that_is_taken_is_an_error_at_once() -> None:
    with fake_in_a_thread() as fake, gateway_process(fake) as (_, http_port, grpc_port):
        second = start_gateway(fake, http_port, grpc_port)
        assert second.wait(20) != 0


@contextmanager
def gateway_process(
    fake: FakeTorchServe, *, drain_seconds: float = 0.3
) -> Iterator[tuple["subprocess.Popen[bytes]", int, int]]:
    http_port, grpc_port = free_ports(2)
    process = start_gateway(fake, http_port, grpc_port, drain_seconds=drain_seconds)
    try:
        wait_until(lambda: accepts(http_port) and http_status(http_port, "/readyz") == 200)
        yield process, http_port, grpc_port
    finally:
        process.kill()
        process.wait()


def start_gateway(
    fake: FakeTorchServe, http_port: int, grpc_port: int, *, drain_seconds: float = 0.3
) -> "subprocess.Popen[bytes]":
    settings = {
        "SALIENCE_HTTP_PORT": str(http_port),
        "SALIENCE_GRPC_PORT": str(grpc_port),
        "SALIENCE_METRICS_PORT": "0",
        "SALIENCE_TORCHSERVE_URL": fake.url,
        "SALIENCE_MANAGEMENT_URL": fake.url,
        "SALIENCE_DRAIN_SECONDS": str(drain_seconds),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "salience.gateway"],
        env={**os.environ, **settings},
        stderr=subprocess.DEVNULL,
    )


def translated(connection: HTTPConnection) -> HTTPResponse:
    """The response, read to its end, to a call on a connection that is kept."""
    body = json.dumps(translate_body("kept"))
    connection.request("POST", "/v1/translate", body, {"content-type": "application/json"})
    response = connection.getresponse()
    response.read()
    return response


def http_status(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def accepts(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.connect()
    except ConnectionRefusedError:
        return False
    finally:
        connection.close()
    return True
