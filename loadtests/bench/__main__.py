"""`make bench`: what the service does of what its engines could.

The machine's speed drifts, so the limit is measured before and after the service, in
every round, on the same sentences.
"""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from loadtests.bench.in_process import InProcess
from loadtests.bench.measurement import Served, round_at, warm_up
from loadtests.bench.questions import TASKS, task_named
from loadtests.bench.report import print_report, write_report
from loadtests.bench.service import Service, running_service
from salience.cli.model_store import folder_for_task

_LANGUAGES = {"translation": ("en", "de")}

progress = Console(stderr=True)


def main() -> None:
    """Measure, print the table, write the file."""
    options = _options()
    service = Service(grpc=options.server, http=options.http)
    with running_service(service):
        measured = [
            served for task in options.tasks for served in _measured(task, service, options)
        ]
    print_report(measured, Console(width=150))
    write_report(measured, options.out)
    progress.print(f"every round is in {options.out}")


def _measured(task: str, service: Service, options: argparse.Namespace) -> Iterator[Served]:
    items = task_named(task).items()
    folder = _folder_of(task, options.model_store)
    progress.print(f"{task}: warming up for {options.warm_up:.0f} s …")
    warm_up(task, service, max(options.callers), options.warm_up)
    with InProcess(folder, items, num_processes=os.cpu_count() or 1) as in_process:
        for number in range(1, options.rounds + 1):
            for callers in options.callers:
                progress.print(f"{task}: round {number} of {options.rounds}, {callers} callers …")
                yield from round_at(
                    callers, task, in_process, service, options.seconds, options.batch
                )


def _folder_of(task: str, store: Path) -> Path:
    return folder_for_task(task, _LANGUAGES.get(task, ("", "")), store).path


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--server", default="localhost:8001", help="started when not running")
    parser.add_argument("--http", default="localhost:8000")
    parser.add_argument("--tasks", nargs="+", default=[task.name for task in TASKS])
    parser.add_argument("--callers", nargs="+", type=int, default=[32, 1])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0, help="for each measurement")
    parser.add_argument("--warm-up", type=float, default=20.0, help="seconds, for each model")
    parser.add_argument("--batch", type=int, default=32, help="items at a time in process")
    parser.add_argument("--model-store", type=Path, default=Path("model_store"))
    parser.add_argument("--out", type=Path, default=Path("build/bench.json"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
