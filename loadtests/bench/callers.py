"""Callers that send their next text as soon as they have an answer, in a process of its own.

The bench runs it; it prints one JSON object. The requests are encoded beforehand, so that the
callers take as little as possible of the processors that they share with the service.
"""

import argparse
import asyncio
import json
import time
from dataclasses import dataclass, field
from itertools import cycle

import psutil

from loadtests.bench.questions import TASKS, Reply, Task
from loadtests.load.lengths import LENGTHS, task_of_length
from loadtests.protocols import PROTOCOLS, Ask, Protocol
from salience.client.identity import Identity

WARM_UP_SECONDS = 0.5


@dataclass
class Tally:
    """What the callers saw after warming up."""

    latencies: list[float] = field(default_factory=list)
    queue_seconds: float = 0.0
    inference_seconds: float = 0.0
    errors: int = 0

    def add(self, reply: Reply, seconds: float) -> None:
        """Count one answer."""
        self.latencies.append(seconds)
        self.queue_seconds += reply.timing.queue_time.ToNanoseconds() / 1e9
        self.inference_seconds += reply.timing.inference_time.ToNanoseconds() / 1e9
        self.errors += any(result.HasField("error") for result in reply.results)

    def report(self, seconds: float, client_cpu: float) -> dict[str, float]:
        """The figures, times in seconds; `client_cpu` is in processors."""
        ordered, count = sorted(self.latencies), len(self.latencies)
        if not count:
            raise SystemExit("not one answer came in time")
        return {
            "seconds": seconds,
            "per_second": count / seconds,
            "p50": ordered[count // 2],
            "p99": ordered[count * 99 // 100],
            "mean": sum(ordered) / count,
            "queue": self.queue_seconds / count,
            "inference": self.inference_seconds / count,
            "errors": self.errors,
            "client_cpu": client_cpu,
        }


async def call(
    task: Task, protocol: Protocol, address: str, callers: int, seconds: float
) -> dict[str, float]:
    """Connect, warm up and measure."""
    async with protocol.asking(task, address, Identity()) as ask:
        return await measure(ask, protocol.requests(task), callers, seconds)


async def measure(
    ask: Ask,
    bodies: list[bytes],
    callers: int,
    seconds: float,
    *,
    warm_up_seconds: float = WARM_UP_SECONDS,
) -> dict[str, float]:
    """The figures of so many callers that ask for one body after the other.

    What is answered after the warm-up counts, also if it was asked for before: calls may take
    longer than all of it, and would else be missing where the service is slowest.
    """
    start = time.perf_counter() + warm_up_seconds
    tally, todo, process = Tally(), cycle(bodies), psutil.Process()

    async def call_on_and_on() -> None:
        while (sent := time.perf_counter()) < start + seconds:
            reply = await ask(next(todo))
            if (received := time.perf_counter()) >= start:
                tally.add(reply, received - sent)

    before = sum(process.cpu_times()[:2])
    await asyncio.gather(*(call_on_and_on() for _ in range(callers)))
    elapsed = time.perf_counter() - start
    cpu_seconds = sum(process.cpu_times()[:2]) - before
    return tally.report(elapsed, cpu_seconds / (elapsed + warm_up_seconds))


def main() -> None:
    """Measure once and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--protocol", choices=PROTOCOLS, required=True)
    parser.add_argument("--address", required=True)
    parser.add_argument("--task", choices=[task.name for task in TASKS], required=True)
    parser.add_argument("--callers", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--length", choices=LENGTHS, help="of texts; default: as they are")
    options = parser.parse_args()
    task, protocol = task_of_length(options.task, options.length), PROTOCOLS[options.protocol]
    measuring = call(task, protocol, options.address, options.callers, options.seconds)
    print(json.dumps(asyncio.run(measuring)))


if __name__ == "__main__":
    main()
