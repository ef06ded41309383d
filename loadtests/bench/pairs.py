"""The rates of two gateways before the same workers, one of which has more to do.

They are loaded in turns with the same items, over connections that stay open, each first as
often as the other; two turns that follow each other make a ratio. Callers share the machine.
"""

import argparse
import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

import psutil
from rich.console import Console
from rich.table import Table

from loadtests.bench.callers import measure
from loadtests.bench.guarded_gateways import OPEN, Gateway, Guards, running_gateway
from loadtests.bench.questions import TASKS, Task, task_named
from loadtests.bench.service import started_service
from loadtests.protocols import PROTOCOLS, Ask
from salience.supervisor import SupervisorSettings

progress = Console(stderr=True)


class Turn(NamedTuple):
    """What one gateway did."""

    calls_per_second: float
    cpu_seconds_per_call: float
    """Of the gateway's process."""


class Round(NamedTuple):
    """A turn of each."""

    open: Turn
    dearer: Turn


@dataclass(frozen=True)
class Price:
    """Of a task over a protocol."""

    task: str
    protocol: str
    rounds: tuple[Round, ...]

    @property
    def ratios(self) -> list[float]:
        """Of the rates of each round."""
        return [each.dearer.calls_per_second / each.open.calls_per_second for each in self.rounds]

    @property
    def ratio(self) -> float:
        """Their median."""
        return median(self.ratios)


class Turns(NamedTuple):
    """How the gateways are loaded."""

    callers: int
    rounds: int
    seconds: float
    warm_up: float


def prices(gateways: tuple[Gateway, Gateway], tasks: list[str], turns: Turns) -> Iterator[Price]:
    """Load the open gateway and the dearer one with each task over each protocol."""
    for task in tasks:
        for protocol in PROTOCOLS:
            progress.print(f"{task} over {protocol} …")
            rounds = asyncio.run(_rounds(task_named(task), protocol, gateways, turns))
            yield Price(task, protocol, tuple(rounds))


async def _rounds(
    task: Task, name: str, gateways: tuple[Gateway, Gateway], turns: Turns
) -> list[Round]:
    protocol, made = PROTOCOLS[name], (list[Turn](), list[Turn]())
    bodies = protocol.requests(task)
    async with AsyncExitStack() as connections:
        asks = [
            await connections.enter_async_context(
                protocol.asking(task, gateway.addresses[name], gateway.identity)
            )
            for gateway in gateways
        ]
        for ask in asks:
            await measure(ask, bodies, turns.callers, turns.warm_up / 2, warm_up_seconds=0.0)
        for number in range(turns.rounds):
            for side in (0, 1) if number % 2 else (1, 0):
                pid = gateways[side].pid
                made[side].append(await _turn(asks[side], pid, bodies, turns))
    return [Round(*both) for both in zip(*made, strict=True)]


async def _turn(ask: Ask, pid: int, bodies: list[bytes], turns: Turns) -> Turn:
    process = psutil.Process(pid)
    before = sum(process.cpu_times()[:2])
    figures = await measure(ask, bodies, turns.callers, turns.seconds, warm_up_seconds=0.0)
    if figures["errors"]:
        raise SystemExit(f"{figures['errors']:.0f} answers were errors")
    spent = sum(process.cpu_times()[:2]) - before
    return Turn(figures["per_second"], spent / (figures["per_second"] * figures["seconds"]))


def table(found: Sequence[Price], name: str) -> Table:
    """Medians of the rounds, and between what the middle half of the ratios lies."""
    columns = ("task", "protocol", "calls/s", name, "ratio", "middle half")
    shown = Table(*columns, "gateway CPU µs", name, box=None)
    for price in found:
        sides = list(zip(*price.rounds, strict=True))
        rates = (median(turn.calls_per_second for turn in turns) for turns in sides)
        costs = (median(turn.cpu_seconds_per_call for turn in turns) for turns in sides)
        low, _, high = quantiles(price.ratios, n=4, method="inclusive")
        shown.add_row(
            *(price.task, price.protocol, *(f"{rate:.1f}" for rate in rates)),
            *(f"{price.ratio:.3f}", f"{low:.3f} to {high:.3f}"),
            *(f"{cost * 1e6:.0f}" for cost in costs),
        )
    return shown


def measured(name: str, description: str | None, guards: Guards) -> list[Price]:
    """Price the guards as the command line says, print the table and write the file."""
    options = _options(name, description)
    turns = Turns(options.callers, options.rounds, options.seconds, options.warm_up)
    settings = SupervisorSettings()
    where = {
        "torchserve_url": settings.torchserve_url,
        "management_url": settings.management_url,
    }
    with (
        started_service(SALIENCE_WITH_GATEWAY="false") as service,
        running_gateway(OPEN, **where) as open_gateway,
        running_gateway(guards, **where) as dearer,
    ):
        if service.poll() is not None:
            raise SystemExit("the service did not start")
        found = list(prices((open_gateway, dearer), options.tasks, turns))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps([asdict(price) for price in found], indent=1) + "\n")
    Console(width=120).print(table(found, name))
    return found


def _options(name: str, description: str | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"bench.{name}", description=description)
    parser.add_argument("--tasks", nargs="+", default=[task.name for task in TASKS])
    parser.add_argument("--callers", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=2.5, help="of a gateway's turn")
    parser.add_argument("--warm-up", type=float, default=10.0, help="seconds, over each protocol")
    parser.add_argument("--out", type=Path, default=Path(f"build/bench-{name}.json"))
    return parser.parse_args()
