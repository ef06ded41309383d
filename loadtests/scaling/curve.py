"""What was measured on one machine, and how to measure it."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from loadtests.bench.callers import WARM_UP_SECONDS
from loadtests.bench.service import Service
from salience.supervisor.management import Management

_POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Point:
    """Callers that send their next call when they have an answer; times in seconds."""

    task: str
    length: str
    workers: int
    callers: int
    per_second: float
    p50: float
    p99: float
    gateway_seconds_per_call: float


@dataclass(frozen=True)
class Curve:
    """Every point, and the command and machine they are from."""

    command: str
    cores: int
    busy_before: float
    """Processes that wanted a core in the minute before: what else the machine did."""
    seconds: float
    points: tuple[Point, ...]

    @classmethod
    def read(cls, file: Path) -> "Curve":
        """From a file."""
        stored = json.loads(file.read_text())
        return cls(**{**stored, "points": tuple(Point(**point) for point in stored["points"])})

    def write(self, file: Path) -> None:
        """To a file."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(self), indent=1) + "\n")

    def of(self, task: str, length: str, workers: int) -> list[Point]:
        """One curve over the callers."""
        wanted = (task, length, workers)
        return [one for one in self.points if (one.task, one.length, one.workers) == wanted]

    def kinds(self) -> list[tuple[str, str]]:
        """The tasks and lengths that were measured."""
        return sorted({(one.task, one.length) for one in self.points})


@dataclass(frozen=True)
class Measured:
    """What is called, and where."""

    service: Service
    management_url: str
    model: str
    task: str
    seconds: float

    def points(
        self, *, lengths: Sequence[str], workers: Sequence[int], callers: Sequence[int]
    ) -> Iterator[Point]:
        """Scale the model, and call it with every number of callers and every length."""
        for num_workers in workers:
            asyncio.run(_scale(self.management_url, self.model, num_workers))
            for length in lengths:
                self._call(length, max(callers))  # warms up
                for num_callers in callers:
                    yield self._point(length, num_workers, num_callers)

    def _point(self, length: str, workers: int, callers: int) -> Point:
        before = self.service.cpu_seconds()
        figures = self._call(length, callers)
        seconds = WARM_UP_SECONDS + figures["seconds"]
        busy = self.service.processors_kept_busy(before, seconds)
        return Point(
            task=self.task,
            length=length,
            workers=workers,
            callers=callers,
            per_second=figures["per_second"],
            p50=figures["p50"],
            p99=figures["p99"],
            gateway_seconds_per_call=busy.get("gateway", 0.0) / figures["per_second"],
        )

    def _call(self, length: str, callers: int) -> dict[str, float]:
        command = [sys.executable, "-m", "loadtests.bench.callers", "--protocol", "grpc"]
        command += ["--address", self.service.grpc, "--task", self.task, "--length", length]
        command += ["--callers", str(callers), "--seconds", str(self.seconds)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        figures: dict[str, float] = json.loads(done.stdout)
        return figures


async def _scale(management_url: str, model: str, workers: int) -> None:
    async with Management(management_url) as management:
        await management.scale(model, workers=workers)
        while (await management.workers_of(model)).num_ready != workers:
            await asyncio.sleep(_POLL_SECONDS)
