"""What goes on beside the load: memory is measured, and clients are killed in mid-call."""

import random
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import psutil

from loadtests.bench.service import Service
from loadtests.memory import memory_by_role
from loadtests.soak.growth import Sample

SAMPLE_SECONDS = 5.0
CLIENT_SECONDS = (0.2, 2.0)
"""How long a client calls before it is killed."""


@dataclass
class Watch:
    """Of a service, while a process that loads it runs."""

    service: Service
    samples: list[Sample] = field(default_factory=list)
    num_killed_clients: int = 0

    def until_ended(self, load: "subprocess.Popen[bytes]") -> None:
        """Measure and kill until the load has ended."""
        began = time.monotonic()
        while load.poll() is None:
            if memory := memory_of(self.service):
                self.samples.append(Sample(time.monotonic() - began, memory))
            kill_a_client(self.service.grpc)
            self.num_killed_clients += 1
            time.sleep(SAMPLE_SECONDS)


def memory_of(service: Service) -> dict[str, int]:
    """PSS by part, in bytes; nothing when a process ended meanwhile or none is on this machine."""
    try:
        children = service.processes()
        return proportional([*children[0].parents()[:1], *children]) if children else {}
    except psutil.NoSuchProcess:
        return {}


def proportional(processes: Sequence[psutil.Process]) -> dict[str, int]:
    """PSS by part."""
    return {role: used.proportional for role, used in memory_by_role(list(processes)).items()}


def kill_a_client(target: str) -> None:
    """Start one, let it call for a moment, and kill it."""
    command = [sys.executable, "-m", "loadtests.soak.doomed_client", target]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as client:
        assert client.stdout
        client.stdout.readline()
        time.sleep(random.uniform(*CLIENT_SECONDS))
        client.kill()
