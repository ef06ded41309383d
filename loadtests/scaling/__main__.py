"""Measure the curve of one machine, and write docs/scaling.md from it.

`python -m loadtests.scaling measure`, then `python -m loadtests.scaling page`.
"""

import argparse
import os
import shlex
import sys
from pathlib import Path

from rich.console import Console

from loadtests.bench.service import Service, running_service
from loadtests.load.lengths import SENTENCES
from loadtests.scaling.curve import Curve, Measured, Point
from loadtests.scaling.page import write_page
from salience.cli.model_store import folder_for_task
from salience.supervisor import SupervisorSettings

_LANGUAGES = {"translation": ("en", "de")}

progress = Console(stderr=True)


def main() -> None:
    """Do what the command line says."""
    options = _options()
    if options.command == "measure":
        _measure(options)
    else:
        write_page(options.page, Curve.read(options.curve))


def _measure(options: argparse.Namespace) -> None:
    settings = SupervisorSettings()
    service = Service(
        grpc=f"{settings.host}:{settings.grpc_port}", http=f"{settings.host}:{settings.http_port}"
    )
    busy_before = os.getloadavg()[0]
    with running_service(service):
        points = [
            _shown(point)
            for task in options.tasks
            for point in Measured(
                service, settings.management_url, _model(task), task, options.seconds
            ).points(lengths=options.lengths, workers=(1, 2), callers=options.callers)
        ]
    command = shlex.join(["python", "-m", "loadtests.scaling", *sys.argv[1:]])
    cores = len(os.sched_getaffinity(0))
    Curve(command, cores, busy_before, options.seconds, tuple(points)).write(options.curve)


def _model(task: str) -> str:
    return folder_for_task(task, _LANGUAGES.get(task, ("", "")), Path("model_store")).name


def _shown(point: Point) -> Point:
    progress.print(
        f"{point.task}, {point.length}: {point.workers} workers, {point.callers} callers:"
        f" {point.per_second:.1f}/s, p99 {point.p99 * 1000:.0f} ms"
    )
    return point


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scaling", description=__doc__)
    parser.add_argument("--curve", type=Path, default=Path("docs/scaling.json"))
    commands = parser.add_subparsers(dest="command", required=True)
    measure = commands.add_parser("measure", help="call a service, started when not running")
    measure.add_argument("--tasks", nargs="+", default=["entities", "translation"])
    measure.add_argument("--lengths", nargs="+", choices=SENTENCES, default=list(SENTENCES))
    measure.add_argument("--callers", nargs="+", type=int, default=[1, 2, 4, 8, 16, 32, 64, 128])
    measure.add_argument("--seconds", type=float, default=4.0, help="of each point")
    page = commands.add_parser("page", help="write the tables of the page")
    page.add_argument("--page", type=Path, default=Path("docs/scaling.md"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
