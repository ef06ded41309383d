"""The bench's table and file."""

import json
import os
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from loadtests.bench.measurement import Served

Figure = Callable[[Served], float]

COLUMNS: dict[str, tuple[Figure, str]] = {
    "limit/s": (lambda served: served.limit_per_second, "{:.0f}"),
    "served/s": (lambda served: served.figures["per_second"], "{:.0f}"),
    "ratio": (lambda served: served.ratio, "{:.2f}"),
    "p50 ms": (lambda served: served.figures["p50"] * 1000, "{:.1f}"),
    "p99 ms": (lambda served: served.figures["p99"] * 1000, "{:.1f}"),
    "queue ms": (lambda served: served.figures["queue"] * 1000, "{:.1f}"),
    "model ms": (lambda served: served.figures["inference"] * 1000, "{:.1f}"),
    "outside ms": (lambda served: outside_seconds(served) * 1000, "{:.1f}"),
    "gateway CPU": (lambda served: served.gateway_share_of_processors, "{:.0%}"),
    "errors": (lambda served: served.figures["errors"], "{:.0f}"),
}
LEGEND = (
    "Medians of the rounds. limit: the engine in process, on every core in batches; at 1 caller"
    " one process, text after text. queue, model: as the replies say, the mean. outside: the rest"
    " of the mean latency, in the gateway's edge, the network and the client. gateway CPU: its"
    " share of the service's processor time."
)


def outside_seconds(served: Served) -> float:
    """Mean latency that the reply's own times do not explain."""
    figures = served.figures
    return figures["mean"] - figures["queue"] - figures["inference"]


def print_report(rounds: Sequence[Served], console: Console) -> None:
    """A row per task, number of callers and protocol."""
    table = Table("task", "callers", "protocol", *COLUMNS, box=None)
    for key, group in groupby(sorted(rounds, key=_place), key=_place):
        repeated = list(group)
        cells = [
            form.format(median(figure(served) for served in repeated))
            for figure, form in COLUMNS.values()
        ]
        table.add_row(*map(str, key), *cells)
    console.print(table)
    console.print(LEGEND)


def write_report(rounds: Sequence[Served], file: Path) -> None:
    """Every round, with what else the machine was doing."""
    report = {
        "cores": os.cpu_count(),
        "load_average": os.getloadavg(),
        "rounds": [served.as_json() for served in rounds],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(report, indent=2) + "\n")


def _place(served: Served) -> tuple[str, int, str]:
    return served.task, served.callers, served.protocol
