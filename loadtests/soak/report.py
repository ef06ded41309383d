"""What a soak prints."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.console import Console
from rich.table import Table

from loadtests.soak.calls import Call, failures, latency
from loadtests.soak.growth import MEBIBYTE
from loadtests.soak.verdict import Soak, complaints

BEGIN_AND_END_SHARE = 0.2
"""Of the time after the warm-up: what counts as its begin, and as its end."""


def print_report(soak: Soak, console: Console, *, warm_up_seconds: float) -> None:
    """Two tables and the verdict."""
    console.print(_calls_table(soak.calls, warm_up_seconds))
    console.print(_memory_table(soak))
    num_failed = sum(failures(soak.calls).values())
    console.print(
        f"{len(soak.calls)} calls, {num_failed} failed; {soak.num_killed_clients} clients killed in"
        " mid-call",
        highlight=False,
    )
    found = list(complaints(soak))
    for line in found:
        console.print(line, markup=False, highlight=False)
    console.print("FAILED" if found else "borne", highlight=False)


def _calls_table(calls: Sequence[Call], warm_up_seconds: float) -> Table:
    last = max((call.second for call in calls), default=0.0)
    part = BEGIN_AND_END_SHARE * (last - warm_up_seconds)
    spans = [(warm_up_seconds, warm_up_seconds + part), (last - part, last)]
    table = Table("call", "calls", "failed", "p50, p99 ms at the begin", "at the end", box=None)
    for name, of_name in groupby(sorted(calls, key=_name), key=_name):
        own = list(of_name)
        num_failed = sum(failures(own).values())
        table.add_row(name, str(len(own)), str(num_failed), *_latencies(own, spans))
    return table


def _latencies(calls: Sequence[Call], spans: Iterable[tuple[float, float]]) -> Iterable[str]:
    for since, until in spans:
        found = latency(calls, since=since, until=until)
        yield f"{found.p50:.0f}, {found.p99:.0f}" if found else ""


def _memory_table(soak: Soak) -> Table:
    table = Table("part", "MiB after warm-up", "at the end", "MiB an hour", "allowed", box=None)
    for part, growth in soak.growth.items():
        sizes = (growth.first, growth.last, growth.per_hour, growth.allowed_per_hour)
        table.add_row(part, *(f"{size / MEBIBYTE:.0f}" for size in sizes))
    return table


def _name(call: Call) -> str:
    return call.name
