import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

import grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from salience.v1.translation_pb2_grpc import TranslationServiceStub
from tests.unit.gateway.fake_torchserve import FakeTorchServe
from tests.unit.gateway.harness import (
    fake_in_a_thread,
    free_ports,
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


def test_a_port_that_is_taken_is_an_error_at_once() -> None:
    with fake_in_a_thread() as fake, gateway_process(fake) as (_, http_port, grpc_port):
        second = start_gateway(fake, http_port, grpc_port)
        assert second.wait(20) != 0


@contextmanager
def gateway_process(
    fake: FakeTorchServe,
) -> Iterator[tuple["subprocess.Popen[bytes]", int, int]]:
    http_port, grpc_port = free_ports(2)
    process = start_gateway(fake, http_port, grpc_port)
    try:
        wait_until(lambda: accepts(http_port) and http_status(http_port, "/readyz") == 200)
        yield process, http_port, grpc_port
    finally:
        process.kill()
        process.wait()


def start_gateway(
    fake: FakeTorchServe, http_port: int, grpc_port: int
) -> "subprocess.Popen[bytes]":
    settings = {
        "SALIENCE_HTTP_PORT": str(http_port),
        "SALIENCE_GRPC_PORT": str(grpc_port),
        "SALIENCE_METRICS_PORT": "0",
        "SALIENCE_TORCHSERVE_URL": fake.url,
        "SALIENCE_MANAGEMENT_URL": fake.url,
        "SALIENCE_DRAIN_SECONDS": "0.3",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "salience.gateway"],
        env={**os.environ, **settings},
        stderr=subprocess.DEVNULL,
    )


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
