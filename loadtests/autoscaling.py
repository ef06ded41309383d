"""Workers over time under a load that comes and goes: `python -m loadtests.autoscaling`.

Starts a service of its own whose autoscaler may give a model up to `--max-workers`, calls it
in a square wave, many callers and then one, and prints what it saw each second.
"""

import argparse
import asyncio
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path

import grpc
from rich.console import Console

from loadtests.bench.questions import TASKS, Task, task_named
from loadtests.bench.service import Service, running_service
from loadtests.connections import connected_over_grpc
from loadtests.protocols import PROTOCOLS
from salience.cli.model_store import folder_for_task
from salience.client.identity import Identity
from salience.supervisor import SupervisorSettings
from salience.supervisor.gateway_load import GatewayLoad
from salience.supervisor.management import Management
from salience.supervisor.scaling import Load

_PAUSE_SECONDS = 0.05


@dataclass(frozen=True)
class Phase:
    """So many callers, one call after the other, for some time or until a number of workers."""

    callers: int
    seconds: float
    until_workers: int | None = None


@dataclass(frozen=True)
class Moment:
    """What was seen in one second."""

    second: float
    callers: int
    answered: int
    lost: int
    """Answered that they should be sent again: their worker was stopped or died."""
    failed: int
    in_flight: float
    queue_milliseconds: float
    workers: int


@dataclass(frozen=True)
class Target:
    """What is called, and where it is watched."""

    task: Task
    model: str
    grpc: str
    metrics_urls: Sequence[str]
    management_url: str


async def record(
    target: Target, phases: Sequence[Phase], show: Callable[[Moment], None] = lambda _: None
) -> list[Moment]:
    """Run the phases one after the other, and tell what happened."""
    load, moments, started = GatewayLoad(target.metrics_urls), list[Moment](), time.monotonic()
    async with Management(target.management_url) as management:
        for phase in phases:
            outcomes: Counter[str] = Counter()
            calling = asyncio.create_task(call(target, phase.callers, outcomes))
            end = time.monotonic() + phase.seconds
            while time.monotonic() < end:
                await asyncio.sleep(1.0)
                seen = (await load.read()).get(target.model, Load(0.0, 0.0))
                moment = Moment(
                    second=round(time.monotonic() - started, 1),
                    callers=phase.callers,
                    answered=outcomes.pop("answered", 0),
                    lost=outcomes.pop("lost", 0),
                    failed=outcomes.pop("failed", 0),
                    in_flight=seen.num_in_flight,
                    queue_milliseconds=round(seen.queue_seconds * 1000, 1),
                    workers=(await management.workers_of(target.model)).num_ready,
                )
                moments.append(moment)
                show(moment)
                if moment.workers == phase.until_workers:
                    break
            calling.cancel()
            with suppress(asyncio.CancelledError):
                await calling
    return moments


async def call(target: Target, callers: int, outcomes: Counter[str]) -> None:
    """Call without end; `outcomes` counts what was `answered`, `lost` or `failed`."""
    bodies = cycle(PROTOCOLS["grpc"].requests(target.task))
    async with connected_over_grpc(target.task, target.grpc, Identity()) as send:

        async def call_on_and_on() -> None:
            while True:
                try:
                    await send(next(bodies))
                    outcomes["answered"] += 1
                except grpc.aio.AioRpcError as error:
                    is_lost = error.code() == grpc.StatusCode.UNAVAILABLE
                    outcomes["lost" if is_lost else "failed"] += 1
                    await asyncio.sleep(_PAUSE_SECONDS)

        await asyncio.gather(*(call_on_and_on() for _ in range(callers)))


def main() -> None:
    """Record a square wave and print it."""
    options = _options()
    os.environ |= {
        "SALIENCE_MIN_WORKERS": "1",
        "SALIENCE_MAX_WORKERS": str(options.max_workers),
        "SALIENCE_SCALE_DOWN_SECONDS": str(options.down_seconds),
    }
    settings = SupervisorSettings()
    service = Service(
        grpc=f"{settings.host}:{settings.grpc_port}", http=f"{settings.host}:{settings.http_port}"
    )
    languages = ("en", "de") if options.task == "translation" else ("", "")
    target = Target(
        task=task_named(options.task),
        model=folder_for_task(options.task, languages, Path("model_store")).name,
        grpc=service.grpc,
        metrics_urls=settings.load_urls,
        management_url=settings.management_url,
    )
    console = Console(width=100)
    with running_service(service):
        console.print(" second  callers answered     lost   failed in_flight queue_ms  workers")
        moments = asyncio.run(
            record(target, list(_square_wave(options)), lambda m: _show(m, console))
        )
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps([asdict(moment) for moment in moments], indent=1) + "\n")
    console.print(f"every second is in {options.out}")


def _square_wave(options: argparse.Namespace) -> Iterator[Phase]:
    for _ in range(options.waves):
        yield Phase(options.callers, options.half_seconds)
        yield Phase(1, options.half_seconds)


def _show(moment: Moment, console: Console) -> None:
    widths = {"second": 7, "in_flight": 9, "queue_milliseconds": 8}
    cells = (f"{value:{widths.get(name, 8)}}" for name, value in asdict(moment).items())
    console.print(*cells, "█" * moment.workers)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="autoscaling", description=__doc__)
    parser.add_argument("--task", choices=[task.name for task in TASKS], default="entities")
    parser.add_argument("--max-workers", type=int, default=2)
    parser.add_argument("--callers", type=int, default=32, help="in the upper half of the wave")
    parser.add_argument("--half-seconds", type=float, default=25.0)
    parser.add_argument("--waves", type=int, default=2)
    parser.add_argument("--down-seconds", type=float, default=6.0)
    parser.add_argument("--out", type=Path, default=Path("build/autoscaling.json"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
