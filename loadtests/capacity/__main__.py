"""`make capacity`: the highest arrival rate within the objective, and what a traffic costs.

For every task and protocol a rate is sought at which the slowest hundredth of the calls is
still fast enough, and few enough fail, with arrivals that wait for nobody.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from loadtests.bench.questions import TASKS
from loadtests.bench.service import Service, running_service
from loadtests.capacity.search import highest_passing
from loadtests.capacity.sizing import Traffic, sizing
from loadtests.load.lengths import LENGTHS
from loadtests.protocols import PROTOCOLS

_CALLERS_THAT_FILL = 32
_CEILING_SHARE = 1.25
"""Of what callers that wait for their answers get: more does no service."""

progress = Console(stderr=True)


@dataclass(frozen=True)
class Tried:
    """A rate, and what became of it; times in seconds."""

    task: str
    protocol: str
    passes: bool
    rate: float
    arrivals: float
    errors: float
    late: float
    p50: float
    p99: float


class Prober:
    """Tries rates on a running service."""

    def __init__(self, service: Service, options: argparse.Namespace) -> None:
        self._service = service
        self._options = options

    def find(self, task: str, protocol: str) -> Tried | None:
        """The highest rate within the objective; None when there is none."""
        ceiling = _CEILING_SHARE * self._saturated(task, protocol)
        return highest_passing(
            lambda rate: self.try_rate(task, protocol, rate),
            ceiling=ceiling,
            num_probes=self._options.probes,
        )

    def try_rate(self, task: str, protocol: str, rate: float) -> Tried:
        """One probe."""
        options = self._options
        figures = self._run("capacity.probe", task, protocol, rate=rate, seconds=options.seconds)
        allowed = options.error_share * figures["arrivals"]
        passes = figures["p99"] * 1000 <= options.p99_ms and figures["errors"] <= allowed
        progress.print(
            f"{task} over {protocol}: {rate:.1f}/s: p99 {figures['p99'] * 1000:.0f} ms,"
            f" {figures['errors']:.0f} errors, {figures['late']:.0f} late:"
            f" {'passes' if passes else 'too much'}"
        )
        return Tried(task, protocol, passes, **figures)

    def _saturated(self, task: str, protocol: str) -> float:
        figures = self._run(
            "bench.callers",
            task,
            protocol,
            callers=_CALLERS_THAT_FILL,
            seconds=self._options.seconds / 2,
        )
        return figures["per_second"]

    def _run(self, module: str, task: str, protocol: str, **options: float) -> dict[str, float]:
        command = [sys.executable, "-m", f"loadtests.{module}", "--task", task]
        command += ["--protocol", protocol, "--address", self._service.address(protocol)]
        if self._options.length:
            command += ["--length", self._options.length]
        command += [word for name, value in options.items() for word in (f"--{name}", str(value))]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        return json.loads(done.stdout)  # type: ignore[no-any-return]


def main() -> None:
    """Search, print the table, write the file."""
    options = _options()
    with running_service(Service(grpc=options.server, http=options.http)) as service:
        found = list(_search(Prober(service, options), options.tasks))
    traffic = Traffic(options.calls_per_hour, options.price, options.headroom, options.min_replicas)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps([asdict(one) for one in found], indent=1) + "\n")
    Console(width=140).print(_table(found, traffic, options))


def _search(prober: Prober, tasks: list[str]) -> Iterator[Tried]:
    for task in tasks:
        for protocol in PROTOCOLS:
            best = prober.find(task, protocol)
            if best is None:
                progress.print(f"{task} over {protocol}: no rate met the objective")
            else:
                yield best


def _table(found: list[Tried], traffic: Traffic, options: argparse.Namespace) -> Table:
    title = (
        f"p99 at most {options.p99_ms:.0f} ms, errors at most {options.error_share:.1%};"
        f" {traffic.calls_per_hour:,.0f} calls an hour on replicas like this machine, used to"
        f" {traffic.headroom:.0%}, {traffic.price_per_hour:g} an hour each"
    )
    columns = ("task", "protocol", "calls/s", "p50 ms", "p99 ms", "errors", "late")
    table = Table(*columns, "replicas", "cost/h", "cost/1M calls", title=title, box=None)
    for one in found:
        needed = sizing(traffic, calls_per_second=one.rate)
        table.add_row(
            *(one.task, one.protocol, f"{one.rate:.1f}"),
            *(
                f"{one.p50 * 1000:.0f}",
                f"{one.p99 * 1000:.0f}",
                f"{one.errors:.0f}",
                f"{one.late:.0f}",
            ),
            *(str(needed.replicas), f"{needed.cost_per_hour:.2f}"),
            f"{needed.cost_per_million_calls:.2f}",
        )
    return table


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="capacity", description=__doc__)
    parser.add_argument("--server", default="localhost:8001", help="started when not running")
    parser.add_argument("--http", default="localhost:8000")
    parser.add_argument("--tasks", nargs="+", default=[task.name for task in TASKS])
    parser.add_argument("--length", choices=LENGTHS, help="of texts; default: as they are")
    parser.add_argument("--p99-ms", type=float, default=500.0, help="the objective")
    parser.add_argument("--error-share", type=float, default=0.001, help="the objective")
    parser.add_argument("--probes", type=int, default=6, help="for each task and protocol")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each probe")
    parser.add_argument("--calls-per-hour", type=float, default=1e6)
    parser.add_argument("--price", type=float, default=0.1, help="of a replica for an hour")
    parser.add_argument("--headroom", type=float, default=0.7, help="share of capacity to use")
    parser.add_argument("--min-replicas", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("build/capacity.json"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
