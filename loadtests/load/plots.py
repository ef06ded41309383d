"""A page with the course of a load test, beside Locust's own report (`--html`)."""

import io
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from loadtests.load.objectives import Outcome

mpl.use("svg")

_CURVES = {
    "calls a second": ("current_rps", "current_fail_per_sec"),
    "milliseconds": ("response_time_percentile_0.5", "response_time_percentile_0.95"),
    "users": ("user_count",),
}


def write_plots(
    file: Path,
    history: Sequence[Mapping[str, Any]],
    outcomes: Sequence[Outcome],
    complaints: Sequence[str],
) -> None:
    """Write the page: the verdict, the curves over time, the outcome of every call."""
    verdict = "".join(f"<li>{escape(line)}</li>" for line in complaints)
    rows = "".join(
        f"<tr><td>{escape(one.name)}</td><td>{one.calls}</td><td>{one.errors}</td>"
        f"<td>{one.late}</td><td>{one.p99_milliseconds:.0f}</td></tr>"
        for one in outcomes
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        "<!doctype html><meta charset='utf-8'><title>Load test</title>"
        f"<h1>{'Objectives missed' if complaints else 'Every objective was met'}</h1>"
        f"<ul>{verdict}</ul>{_svg(_course(history))}{_svg(_latencies(outcomes))}"
        "<table><tr><th>call</th><th>calls</th><th>errors</th><th>late</th><th>p99 ms</th></tr>"
        f"{rows}</table>\n",
        encoding="utf-8",
    )


def _course(history: Sequence[Mapping[str, Any]]) -> Figure:
    """Rates, latencies and users over the samples that Locust keeps."""
    figure = Figure(figsize=(9, 6), layout="constrained")
    for axes, (unit, names) in zip(figure.subplots(3, sharex=True), _CURVES.items(), strict=True):
        for name in names:
            axes.plot([sample[name][1] for sample in history], label=name, marker=".")
        axes.set_ylabel(unit)
        axes.legend(loc="upper left")
    return figure


def _latencies(outcomes: Sequence[Outcome]) -> Figure:
    """The slowest hundredth of each kind of call."""
    figure = Figure(figsize=(9, 1 + 0.3 * len(outcomes)), layout="constrained")
    axes = figure.subplots()
    axes.barh([one.name for one in outcomes], [one.p99_milliseconds for one in outcomes])
    axes.set_xlabel("p99, milliseconds")
    return figure


def _svg(figure: Figure) -> str:
    written = io.StringIO()
    figure.savefig(written, format="svg")
    return written.getvalue()[written.getvalue().index("<svg") :]
