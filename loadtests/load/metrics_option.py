"""Gives a Locust run the option to tell Prometheus when it runs."""

import argparse
from typing import Any

from locust import events
from locust.runners import WorkerRunner

from loadtests.load.metrics import LoadTestMetrics


def tell_prometheus(*, test: str) -> None:
    """Give the run of a locustfile the option, and tell from its start to its end.

    In a run over several processes only the one that collects the others' statistics tells.
    """
    metrics = LoadTestMetrics(test)

    def begin(environment: Any, **_: Any) -> None:
        if not isinstance(environment.runner, WorkerRunner):
            metrics.begin(environment.parsed_options.load_metrics_port)

    def end(environment: Any, **_: Any) -> None:
        metrics.end()

    events.init_command_line_parser.add_listener(_add_option)  # type: ignore[no-untyped-call]
    events.test_start.add_listener(begin)  # type: ignore[no-untyped-call]
    events.test_stop.add_listener(end)  # type: ignore[no-untyped-call]


def _add_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--load-metrics-port", type=int, default=0, help="tell Prometheus of it")
