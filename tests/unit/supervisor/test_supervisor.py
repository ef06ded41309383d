import asyncio
import os
import signal
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from salience.supervisor.child import Child, Command
from salience.supervisor.model_keeper import ModelKeeper
from salience.supervisor.settings import SupervisorSettings
from salience.supervisor.supervisor import Supervisor
from salience.supervisor.worker_watch import WorkerWatch
from tests.unit.supervisor.test_model_keeper import FakeTorchServe

TORCHSERVE = "import time; time.sleep(600)"

# Is ready at once, for the models named in the file `ready`; on SIGTERM, it takes a moment,
# then says whether TorchServe was still there.
GATEWAY = """
import http.server, json, os, signal, sys, threading
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        models = dict.fromkeys(open("ready").read().split(), "READINESS_READY")
        self.wfile.write(json.dumps({"ready": True, "models": models}).encode())
    def log_message(self, *args):
        pass
server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Ready)
def drain():
    alive = os.path.exists(f"/proc/{open('torchserve.pid').read()}")
    open("drained", "w").write(str(alive))
    server.shutdown()
signal.signal(signal.SIGTERM, lambda *_: threading.Timer(0.1, drain).start())
server.serve_forever()
"""


@dataclass
class Service:
    """A supervisor whose processes are small programs."""

    folder: Path
    gateway: str = GATEWAY
    num_gateways: int = 1
    start_seconds: float = 20.0
    models: tuple[str, ...] = ("a", "b")
    ready_models: str = "a b"
    """Those that the gateway knows, every one of them ready."""
    lines: list[str] = field(default_factory=list)
    supervisor: Supervisor = field(init=False)

    def __post_init__(self) -> None:
        settings = SupervisorSettings(
            metrics_port=free_port(),
            gateways=self.num_gateways,
            start_seconds=self.start_seconds,
            stop_seconds=10,
        )
        (self.folder / "ready").write_text(self.ready_models)
        management = FakeTorchServe(ready=dict.fromkeys(self.models, 1))
        archives = {model: f"{model}.mar" for model in ("a", "b")}
        watch = WorkerWatch(stopped_seconds=2, max_bytes=2**40)
        keeper = ModelKeeper(management, archives, workers=1, restart_seconds=90, watch=watch)
        self.supervisor = Supervisor(
            settings,
            self._child("TorchServe", f"import os; {self._note_pid()}; {TORCHSERVE}"),
            [
                self._child(f"gateway {port}", self.gateway, str(port))
                for port in settings.metrics_ports
            ],
            keeper,
            self.lines.append,
        )

    def run(self, *signals: signal.Signals) -> int:
        """Run until ready, then send the signals."""

        def on_ready() -> None:
            for number in signals:
                os.kill(os.getpid(), number)

        return asyncio.run(self.supervisor.run(on_ready))

    def _child(self, name: str, program: str, *arguments: str) -> Child:
        words = [sys.executable, "-c", program, *arguments]
        return Child(name, Command(words, os.environ, self.folder))

    @staticmethod
    def _note_pid() -> str:
        return "open('torchserve.pid', 'w').write(str(os.getpid()))"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_gateway_drains_while_torchserve_still_runs(
    tmp_path: Path, number: signal.Signals
) -> None:
    service = Service(tmp_path)

    assert service.run(number) == 0

    assert (tmp_path / "drained").read_text() == "True"
    assert service.lines[-2:] == ["stopping: waiting for the requests in flight", "stopped"]


def test_a_second_signal_does_not_wait(tmp_path: Path) -> None:
    service = Service(tmp_path)

    assert service.run(signal.SIGTERM, signal.SIGINT) == 0

    assert not (tmp_path / "drained").exists()


def test_a_service_that_never_becomes_ready_ends_with_a_failure(tmp_path: Path) -> None:
    service = Service(tmp_path, gateway="import time; time.sleep(600)", start_seconds=0.5)

    assert service.run() == 1

    assert "not ready after" in " ".join(service.lines)


def test_a_gateway_that_has_not_seen_every_model_does_not_make_the_service_ready(
    tmp_path: Path,
) -> None:
    service = Service(tmp_path, ready_models="a", start_seconds=1.0)

    assert service.run() == 1

    assert "every model has answered" not in " ".join(service.lines)


def test_a_model_without_workers_keeps_the_service_from_being_ready(tmp_path: Path) -> None:
    service = Service(tmp_path, models=("a",), start_seconds=1.0)

    assert service.run() == 1

    assert "every model has answered" not in " ".join(service.lines)


def test_a_service_is_ready_when_every_gateway_is(tmp_path: Path) -> None:
    service = Service(tmp_path, num_gateways=2, start_seconds=1.0)
    service.supervisor.gateways = service.supervisor.gateways[:1]

    assert service.run() == 1

    assert "every model has answered" not in " ".join(service.lines)


def test_no_process_is_left(tmp_path: Path) -> None:
    service = Service(tmp_path, num_gateways=2)

    service.run(signal.SIGTERM)

    for child in (service.supervisor.torchserve, *service.supervisor.gateways):
        assert not Path(f"/proc/{child.pid}/exe").exists()
