"""What a Locust run has besides users: options, objectives, a report, and a metric.

`use` is called once by a locustfile. In a run over several processes only the one that
collects the others' statistics judges and reports.
"""

import argparse
from pathlib import Path
from typing import Any

from locust import events
from locust.runners import WorkerRunner

from loadtests.load.metrics_option import tell_prometheus
from loadtests.load.objectives import Objectives, Outcome, missed
from loadtests.load.plots import write_plots

LATE = "late"
"""The kind of event by which an open loop counts its late arrivals."""
_FAILED = 1


def use(*, test: str) -> None:
    """Give the run of a locustfile its options, and judge it at its end."""
    tell_prometheus(test=test)

    def judge_unless_worker(environment: Any, **_: Any) -> None:
        if not isinstance(environment.runner, WorkerRunner):
            judge(environment)

    events.init_command_line_parser.add_listener(add_options)  # type: ignore[no-untyped-call]
    events.quitting.add_listener(judge_unless_worker)  # type: ignore[no-untyped-call]


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that every load test has."""
    parser.add_argument("--grpc-target", default="localhost:8001", help="where gRPC listens")
    parser.add_argument("--p99-ms", type=float, default=1000.0, help="objective: at most")
    parser.add_argument("--error-share", type=float, default=0.0, help="objective: at most")
    parser.add_argument("--late-share", type=float, default=0.01, help="objective: at most")
    parser.add_argument("--load-report", default="", help="write an HTML page with plots")


def judge(environment: Any) -> None:
    """Say which objectives were missed, and set the exit code."""
    options = environment.parsed_options
    outcomes = outcomes_of(environment.stats)
    objectives = Objectives(options.p99_ms, options.error_share, options.late_share)
    complaints = [line for outcome in outcomes for line in missed(objectives, outcome)]
    complaints = complaints if outcomes else ["no call was made"]
    if options.load_report:
        write_plots(Path(options.load_report), environment.stats.history, outcomes, complaints)
    for line in complaints or ["every objective was met"]:
        print(line)
    environment.process_exit_code = _FAILED if complaints else 0


def outcomes_of(stats: Any) -> list[Outcome]:
    """What became of each kind of call, its late arrivals beside it."""
    late = {
        name: entry.num_requests for (name, kind), entry in stats.entries.items() if kind == LATE
    }
    return [
        Outcome(
            name=f"{kind} {name}",
            calls=entry.num_requests,
            errors=entry.num_failures,
            p99_milliseconds=float(entry.get_response_time_percentile(0.99) or 0.0),
            late=late.get(f"{kind} {name}", 0),
        )
        for (name, kind), entry in sorted(stats.entries.items())
        if kind != LATE
    ]
