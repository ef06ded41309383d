"""The running service: where it listens, and what processor time its processes take."""

import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

from salience.client.identity import Identity
from salience.errors import ServingError, Unauthenticated
from salience.v1.models_pb2 import Readiness


@dataclass(frozen=True)
class Service:
    """Addresses of a service."""

    grpc: str
    http: str

    def address(self, protocol: str) -> str:
        """Where `grpc` or `http` listens."""
        return self.grpc if protocol == "grpc" else self.http

    def is_ready(self) -> bool:
        """Whether every model answers."""
        try:
            with Identity().client(self.grpc, timeout_seconds=2.0) as client:
                models = client.list_models()
        except Unauthenticated as error:
            raise SystemExit(f"{self.grpc}: {error.message}") from error
        except ServingError:
            return False
        return bool(models) and all(
            model.readiness == Readiness.READINESS_READY for model in models
        )

    def cpu_seconds(self) -> dict[int, float]:
        """Processor time spent so far by each process of the service, by its id."""
        return {
            process.pid: sum(process.cpu_times()[:2])
            for process in self.processes()
            if process.is_running()
        }

    def processes(self) -> list[psutil.Process]:
        """The supervisor's children; none when the service runs on another machine."""
        port = int(self.grpc.rpartition(":")[2])
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,)
            if listens:
                supervisor = psutil.Process(connection.pid).parent()
                return supervisor.children(recursive=True) if supervisor else []
        return []

    def processors_kept_busy(self, since: dict[int, float], seconds: float) -> dict[str, float]:
        """By the `gateway`, `torchserve` and the `worker` processes, on average."""
        busy: defaultdict[str, float] = defaultdict(float)
        for process in self.processes():
            if process.pid in since and (role := role_of(process.cmdline())):
                busy[role] += (sum(process.cpu_times()[:2]) - since[process.pid]) / seconds
        return dict(busy)


@contextmanager
def running_service(service: Service, *, patience_seconds: float = 300.0) -> Iterator[Service]:
    """The service if it runs already; otherwise one of our own, stopped at the end."""
    if service.is_ready():
        yield service
        return
    with started_service() as process:
        _wait_until_ready(service, process, time.monotonic() + patience_seconds)
        yield service


@contextmanager
def started_service(**variables: str) -> Iterator["subprocess.Popen[bytes]"]:
    """One of our own, not ready yet; `variables` join its environment."""
    command = [sys.executable, "-m", "salience.cli", "serve"]
    process = subprocess.Popen(command, stdout=sys.stderr, env=os.environ | variables)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def _wait_until_ready(
    service: Service, process: "subprocess.Popen[bytes]", deadline: float
) -> None:
    while not service.is_ready():
        if process.poll() is not None:
            raise SystemExit("the service did not start")
        if time.monotonic() > deadline:
            raise SystemExit("the service did not become ready in time")
        time.sleep(0.5)


def role_of(command: list[str]) -> str | None:
    """Which part of the service a command line starts, if any."""
    line = " ".join(command)
    if "salience.gateway" in line:
        return "gateway"
    if "org.pytorch.serve.ModelServer" in line:
        return "torchserve"
    if "model_service_worker.py" in line:
        return "worker"
    return None
