"""Callers that send their next text as soon as they have an answer, in a process of its own.

The bench runs it; it prints one JSON object. The requests are encoded beforehand, so that the
callers take as little as possible of the processors that they share with the service.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import cycle

import aiohttp
import grpc
import psutil
from google.protobuf.json_format import Parse

from loadtests.bench.questions import TASKS, Reply, Task
from loadtests.load.lengths import LENGTHS, task_of_length

WARM_UP_SECONDS = 0.5
Ask = Callable[[bytes], Awaitable[Reply]]


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


async def over_grpc(task: Task, address: str, callers: int, seconds: float) -> dict[str, float]:
    """One channel for all callers, as one client process would have."""
    bodies = [task.request([item]).SerializeToString() for item in task.items()]
    async with grpc.aio.insecure_channel(address) as channel:
        method = channel.unary_unary(
            task.grpc_method, bytes, response_deserializer=task.reply_class.FromString
        )
        return await _measure(method, bodies, callers, seconds)


async def over_http(task: Task, address: str, callers: int, seconds: float) -> dict[str, float]:
    """One open connection a caller."""
    bodies = [task.json_request([item]) for item in task.items()]
    connector = aiohttp.TCPConnector(limit=callers)
    headers = {"Content-Type": "application/json"}
    url = f"http://{address}{task.http_path}"
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def ask(body: bytes) -> Reply:
            async with session.post(url, data=body) as response:
                response.raise_for_status()
                return Parse(await response.read(), task.reply_class())

        return await _measure(ask, bodies, callers, seconds)


async def _measure(ask: Ask, bodies: list[bytes], callers: int, seconds: float) -> dict[str, float]:
    start = time.perf_counter() + WARM_UP_SECONDS
    tally, todo, process = Tally(), cycle(bodies), psutil.Process()

    async def call_on_and_on() -> None:
        while (sent := time.perf_counter()) < start + seconds:
            reply = await ask(next(todo))
            if sent >= start:
                tally.add(reply, time.perf_counter() - sent)

    before = sum(process.cpu_times()[:2])
    await asyncio.gather(*(call_on_and_on() for _ in range(callers)))
    elapsed = time.perf_counter() - start
    cpu_seconds = sum(process.cpu_times()[:2]) - before
    return tally.report(elapsed, cpu_seconds / (elapsed + WARM_UP_SECONDS))


def main() -> None:
    """Measure once and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--protocol", choices=["grpc", "http"], required=True)
    parser.add_argument("--address", required=True)
    parser.add_argument("--task", choices=[task.name for task in TASKS], required=True)
    parser.add_argument("--callers", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--length", choices=LENGTHS, help="of texts; default: as they are")
    options = parser.parse_args()
    over = {"grpc": over_grpc, "http": over_http}[options.protocol]
    task = task_of_length(options.task, options.length)
    measuring = over(task, options.address, options.callers, options.seconds)
    print(json.dumps(asyncio.run(measuring)))


if __name__ == "__main__":
    main()
