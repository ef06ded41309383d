"""The whole service as an operator starts it, on free ports of loopback."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from salience.client import Client, RetryPolicy

START_SECONDS = 300.0
RECOVERY_SECONDS = 120.0
WORKERS_PER_MODEL = 1
ONCE = RetryPolicy(max_attempts=1)
PORTS = (
    "HTTP_PORT",
    "GRPC_PORT",
    "METRICS_PORT",
    "INFERENCE_PORT",
    "MANAGEMENT_PORT",
    "TORCHSERVE_METRICS_PORT",
)


@dataclass(frozen=True)
class RunningService:
    """Addresses, processes, and the models that are served."""

    ports: dict[str, int]
    supervisor: subprocess.Popen[bytes]
    log: Path
    models: tuple[str, ...]

    @property
    def http_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['HTTP_PORT']}"

    @property
    def metrics_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['METRICS_PORT']}/metrics"

    @property
    def inference_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['INFERENCE_PORT']}"

    @property
    def management_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['MANAGEMENT_PORT']}"

    @property
    def grpc_target(self) -> str:
        return f"127.0.0.1:{self.ports['GRPC_PORT']}"

    def client(self, *, timeout_seconds: float = 60.0) -> Client:
        """A client that shows every error instead of trying again."""
        return Client(self.grpc_target, timeout_seconds=timeout_seconds, retries=ONCE)

    def processes(self) -> list[psutil.Process]:
        """The gateway, the JVM and the workers."""
        return psutil.Process(self.supervisor.pid).children(recursive=True)

    def gateway(self) -> psutil.Process:
        return next(p for p in self.processes() if "salience.gateway" in p.cmdline())

    def torchserve(self) -> psutil.Process:
        return next(p for p in self.processes() if p.name() == "java")

    def worker_pids(self, model: str) -> list[int]:
        """The workers that have loaded the model."""
        workers = self._version(model)["workers"]
        return [worker["pid"] for worker in workers if worker["status"] == "READY"]

    def is_whole(self) -> bool:
        """Whether every worker is up and every model has answered."""
        try:
            complete = [
                len(self.worker_pids(model)) == self._version(model)["minWorkers"]
                for model in self.models
            ]
            ready = bool(get(f"{self.http_url}/readyz"))
        except (OSError, KeyError):
            return False
        return ready and all(complete)

    @contextmanager
    def scaled(self, model: str, workers: int) -> Iterator[None]:
        """So many workers for a model, until the end of the block."""
        self._scale(model, workers)
        self.wait_until_whole()
        try:
            yield
        finally:
            self._scale(model, WORKERS_PER_MODEL)

    def _scale(self, model: str, workers: int) -> None:
        query = f"min_worker={workers}&max_worker={workers}&synchronous=true"
        url = f"{self.management_url}/models/{model}?{query}"
        urllib.request.urlopen(urllib.request.Request(url, method="PUT"), timeout=60).close()

    def _version(self, model: str) -> dict[str, Any]:
        [version] = json.loads(get(f"{self.management_url}/models/{model}"))
        return dict(version)

    def wait_until_whole(self, seconds: float = RECOVERY_SECONDS) -> None:
        eventually(self.is_whole, seconds, what=f"the service is whole; see {self.log}")


@contextmanager
def running_service(
    archives: Path,
    log: Path,
    ports: dict[str, int] | None = None,
    /,
    **settings: str | int | float,
) -> Iterator[RunningService]:
    """`salience serve` until the end of the block; `max_workers=2` sets SALIENCE_MAX_WORKERS."""
    ports = ports or free_named_ports()
    environment = os.environ | {
        "SALIENCE_ARCHIVES": str(archives),
        "SALIENCE_WORKERS_PER_MODEL": str(WORKERS_PER_MODEL),
        **{f"SALIENCE_{name}": str(port) for name, port in ports.items()},
        **{f"SALIENCE_{name.upper()}": str(value) for name, value in settings.items()},
    }
    command = [sys.executable, "-m", "salience.cli", "serve"]
    models = tuple(sorted(path.stem for path in archives.glob("*.mar")))
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, env=environment, stdout=output, stderr=subprocess.STDOUT
        ) as supervisor,
    ):
        service = RunningService(ports, supervisor, log, models)
        try:
            service.wait_until_whole(START_SECONDS)
            yield service
        finally:
            supervisor.send_signal(signal.SIGTERM)
            supervisor.wait(timeout=60)


def free_named_ports() -> dict[str, int]:
    """Those that a service needs."""
    return dict(zip(PORTS, free_ports(len(PORTS)), strict=True))


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody uses."""
    with ExitStack() as probes:
        sockets = [probes.enter_context(socket.socket()) for _ in range(count)]
        for probe in sockets:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in sockets]


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as response:
        return bytes(response.read())


def eventually(condition: Callable[[], Any], seconds: float, *, what: str) -> None:
    """Return when the condition holds; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)
