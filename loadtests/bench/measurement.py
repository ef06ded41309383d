"""One round of measurements: the limit, the service over both protocols, the limit again."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from loadtests.bench.callers import WARM_UP_SECONDS
from loadtests.bench.in_process import InProcess, Rate
from loadtests.bench.service import Service
from loadtests.protocols import PROTOCOLS


@dataclass(frozen=True)
class Served:
    """What callers saw, and what it cost."""

    task: str
    protocol: str
    callers: int
    figures: dict[str, float]
    limit_per_second: float
    processors: dict[str, float]
    """Processors kept busy by each part of the service."""

    @property
    def ratio(self) -> float:
        """The served rate as a share of the limit around it."""
        return self.figures["per_second"] / self.limit_per_second

    @property
    def gateway_share_of_processors(self) -> float:
        """Of the processor time of the whole service."""
        return self.processors.get("gateway", 0.0) / (sum(self.processors.values()) or 1.0)

    def as_json(self) -> dict[str, Any]:
        """All figures, for the report file."""
        return self.__dict__ | {
            "ratio": self.ratio,
            "gateway_share_of_processors": self.gateway_share_of_processors,
        }


def round_at(
    callers: int, task: str, in_process: InProcess, service: Service, seconds: float, batch: int
) -> list[Served]:
    """Both protocols at so many callers, between two measurements of the limit.

    A single caller is held against a single process, which answers text after text.
    """

    def limit() -> Rate:
        return in_process.one_by_one(seconds) if callers == 1 else in_process.limit(batch, seconds)

    before = limit()
    measured = [_served(task, protocol, callers, service, seconds) for protocol in PROTOCOLS]
    between = (before.per_second + limit().per_second) / 2
    return [make(between) for make in measured]


def warm_up(task: str, service: Service, callers: int, seconds: float) -> None:
    """Call without measuring: for its first minute of work a JVM mostly compiles."""
    for protocol in PROTOCOLS:
        _served(task, protocol, callers, service, seconds / len(PROTOCOLS))


def _served(
    task: str, protocol: str, callers: int, service: Service, seconds: float
) -> Callable[[float], Served]:
    command = [sys.executable, "-m", "loadtests.bench.callers", "--protocol", protocol]
    command += ["--address", service.address(protocol), "--task", task]
    command += ["--callers", str(callers), "--seconds", str(seconds)]
    before = service.cpu_seconds()
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    figures: dict[str, float] = json.loads(done.stdout)
    processors = service.processors_kept_busy(before, WARM_UP_SECONDS + figures["seconds"])
    return lambda limit: Served(task, protocol, callers, figures, limit, processors)
