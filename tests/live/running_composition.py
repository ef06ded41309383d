"""The gateway and the worker of docker-compose.yml, each as its image starts it.

Only addresses, and where files are, are this machine's.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from salience.gateway.settings import GatewaySettings
from salience.supervisor import SupervisorSettings
from tests.deploy.composition import command_of, environment_of
from tests.live.running_service import START_SECONDS, RunningService, free_ports

PROGRAMS = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
"""The environment in which commands of images are found."""

_SETTINGS = {"gateway": GatewaySettings(), "worker": SupervisorSettings()}
_PORTS = {
    "gateway": ("http_port", "grpc_port", "metrics_port"),
    "worker": ("inference_port", "management_port", "torchserve_metrics_port", "metrics_port"),
}


@dataclass(frozen=True)
class Addresses:
    """The ports of loopback that stand for those of the composition, such as `worker:8080`."""

    ports: dict[str, int]

    def here(self, text: str) -> str:
        """The text with addresses of this machine."""
        for address, port in self.ports.items():
            text = re.sub(rf"\b{address}\b", f"127.0.0.1:{port}", text)
        return text.replace("0.0.0.0", "127.0.0.1")

    def ports_of(self, service: str) -> dict[str, int]:
        """Each port that the service listens on, by the setting."""
        settings = _SETTINGS[service]
        return {
            name.upper(): self.ports[f"{service}:{getattr(settings, name)}"]
            for name in _PORTS[service]
        }

    def environment(self, service: str) -> dict[str, str]:
        """What the service's processes are started with."""
        composed = {name: self.here(value) for name, value in environment_of(service).items()}
        ports = {f"SALIENCE_{name}": str(port) for name, port in self.ports_of(service).items()}
        return PROGRAMS | composed | ports


def free_addresses() -> Addresses:
    """For all that the composition's services tell each other of."""
    there = [
        f"{service}:{getattr(_SETTINGS[service], name)}"
        for service, names in _PORTS.items()
        for name in names
    ]
    there += ["prometheus:9090", "alertmanager:9093"]
    return Addresses(dict(zip(there, free_ports(len(there)), strict=True)))


@contextmanager
def running_composition(archives: Path, at: Addresses, folder: Path) -> Iterator[RunningService]:
    """Both, until the end of the block."""
    places = {
        "SALIENCE_ARCHIVES": str(archives),
        "SALIENCE_TORCHSERVE_CONFIG": "deploy/torchserve",
        "SALIENCE_WORKERS_PER_MODEL": "1",
    }
    log, models = folder / "worker.log", tuple(path.stem for path in archives.glob("*.mar"))
    with (
        running(command_of("worker"), log, at.environment("worker") | places) as worker,
        running(command_of("gateway"), folder / "gateway.log", at.environment("gateway")),
    ):
        ports = at.ports_of("worker") | at.ports_of("gateway")
        service = RunningService(ports, worker, log, models)
        service.wait_until_whole(START_SECONDS)
        yield service


@contextmanager
def running(
    command: list[str], log: Path, environment: dict[str, str] | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """A process until the end of the block."""
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, env=environment, stdout=output, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=60)
