"""One rate, tried for some seconds by arrivals that wait for nobody, in a process of its own.

`make capacity` runs it; it prints one JSON object. A call's time counts from the moment of its
arrival. What is not answered soon after the end has failed.
"""

import argparse
import asyncio
import json
import time
from dataclasses import dataclass, field
from itertools import cycle, takewhile

import aiohttp
import grpc

from loadtests.bench.questions import TASKS, Task
from loadtests.connections import Send
from loadtests.load.arrivals import arrival_times
from loadtests.load.lengths import LENGTHS, task_of_length
from loadtests.protocols import PROTOCOLS, Protocol
from salience.client.identity import Identity

_LATE_SECONDS = 0.02
_PATIENCE_SECONDS = 2.0


@dataclass
class Seen:
    """What became of the arrivals, times in seconds."""

    seconds: list[float] = field(default_factory=list)
    errors: int = 0
    late: int = 0

    def figures(self, rate: float) -> dict[str, float]:
        """The same in few numbers."""
        ordered, count = sorted(self.seconds), len(self.seconds)
        return {
            "rate": rate,
            "arrivals": count + self.errors,
            "errors": self.errors,
            "late": self.late,
            "p50": ordered[count // 2] if count else float("inf"),
            "p99": ordered[count * 99 // 100] if count else float("inf"),
        }


async def arrive(send: Send, bodies: list[bytes], rate: float, seconds: float) -> Seen:
    """Send at the moments of arrival, whether or not earlier calls were answered."""
    seen, todo, begin = Seen(), cycle(bodies), time.perf_counter()

    async def one(body: bytes, arrived: float) -> None:
        seen.late += time.perf_counter() - arrived > _LATE_SECONDS
        try:
            await send(body)
        except (grpc.aio.AioRpcError, aiohttp.ClientError):
            seen.errors += 1
            return
        seen.seconds.append(time.perf_counter() - arrived)

    calls = set()
    for moment in takewhile(lambda moment: moment < seconds, arrival_times(rate, seed=1)):
        await asyncio.sleep(max(0.0, begin + moment - time.perf_counter()))
        calls.add(asyncio.create_task(one(next(todo), begin + moment)))
    unanswered = (await asyncio.wait(calls, timeout=_PATIENCE_SECONDS))[1] if calls else set()
    for call in unanswered:
        call.cancel()
    seen.errors += len(unanswered)
    return seen


async def probe(task: Task, protocol: Protocol, address: str, rate: float, seconds: float) -> Seen:
    """Connect, call once, and let calls arrive."""
    bodies = protocol.requests(task)
    async with protocol.connected(task, address, Identity()) as send:
        await send(bodies[0])
        return await arrive(send, bodies, rate, seconds)


def main() -> None:
    """Try one rate and print what became of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--protocol", choices=PROTOCOLS, required=True)
    parser.add_argument("--address", required=True)
    parser.add_argument("--task", choices=[task.name for task in TASKS], required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--length", choices=LENGTHS, help="of texts; default: as they are")
    options = parser.parse_args()
    task, protocol = task_of_length(options.task, options.length), PROTOCOLS[options.protocol]
    seen = asyncio.run(probe(task, protocol, options.address, options.rate, options.seconds))
    print(json.dumps(seen.figures(options.rate)))


if __name__ == "__main__":
    main()
