"""What happens when the service is told to stop."""

import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from salience.client import answers
from salience.errors import ErrorCode, ServingError
from salience.v1.translation_pb2 import TranslateReply, Translation
from tests.faults.archives import build_faulty_archives
from tests.live.metrics import calls_in_flight
from tests.live.running_service import RunningService, eventually, running_service
from tests.live.transports.over_http import Http
from tests.unit.gateway.test_draining import accepts

A_LONG_CALL = "sleep 4"
DRAIN_SECONDS = 0.5


def translate(service: RunningService, text: str) -> TranslateReply:
    with service.client(timeout_seconds=120) as client:
        return client.translate([text])


def test_a_call_in_flight_is_answered_others_are_refused_and_nothing_is_left(
    tmp_path: Path,
) -> None:
    build_faulty_archives(tmp_path / "archives", ["faulty-translation"])
    with (
        running_service(
            tmp_path / "archives", tmp_path / "log", drain_seconds=DRAIN_SECONDS
        ) as service,
        grpc.insecure_channel(service.grpc_target) as channel,
        ThreadPoolExecutor(1) as pool,
    ):
        processes = service.processes()
        run_folder = Path(service.torchserve().cwd())
        health = HealthStub(channel).Watch(HealthCheckRequest())
        assert next(health).status == HealthCheckResponse.SERVING
        call = pool.submit(translate, service, A_LONG_CALL)
        eventually(lambda: calls_in_flight(service) >= 1, 30, what="the call is in flight")

        service.supervisor.send_signal(signal.SIGTERM)

        assert next(health).status == HealthCheckResponse.NOT_SERVING
        assert readyz(service) == 503
        eventually(lambda: not accepts(service.ports["HTTP_PORT"]), 5, what="no new call over HTTP")
        refusal = refusal_of(service)
        assert (refusal.code, refusal.retry_seconds) == (ErrorCode.MODEL_NOT_READY, 0.0)
        assert not call.done()
        assert all(isinstance(answer, Translation) for answer in answers(call.result()))
        assert service.supervisor.wait(timeout=60) == 0
    assert len(processes) >= 3
    # What the supervisor did not live to collect, the machine's own PID 1 does, a little later.
    eventually(lambda: not any(p.is_running() for p in processes), 10, what="nothing is left")
    assert not run_folder.exists()


def readyz(service: RunningService) -> int:
    """Asked on the port of the metrics, which is open to the end."""
    return Http(service.ports["METRICS_PORT"]).send("GET", "/readyz").status


def refusal_of(service: RunningService) -> ServingError:
    with pytest.raises(ServingError) as raised:
        translate(service, "too late")
    return raised.value
