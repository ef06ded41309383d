"""The limit: the same task and engine without any service, on every core."""

import multiprocessing
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

MEASURED_IN_PROCESS = {"OMP_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Rate:
    """Items answered a second."""

    per_second: float
    num_items: int


class InProcess:
    """One process a core, each with a thread and a model of its own, idle until asked."""

    def __init__(self, model_folder: Path, items: Sequence[Any], *, num_processes: int) -> None:
        context = multiprocessing.get_context("spawn")
        os.environ.update(MEASURED_IN_PROCESS)
        self._connections: list[Connection] = []
        self._processes = []
        for number in range(num_processes):
            ours, theirs = context.Pipe()
            shifted = [*items[number:], *items[:number]]
            process = context.Process(target=_work, args=(theirs, model_folder, shifted))
            process.start()
            self._connections.append(ours)
            self._processes.append(process)

    def __enter__(self) -> Self:
        """Wait until every process has answered once."""
        for connection in self._connections:
            connection.recv()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for connection in self._connections:
            connection.send(None)
        for process in self._processes:
            process.join()

    def limit(self, batch: int, seconds: float) -> Rate:
        """All processes at once, `batch` items at a time."""
        return _measure(self._connections, batch, seconds)

    def one_by_one(self, seconds: float) -> Rate:
        """A single process, item after item."""
        return _measure(self._connections[:1], 1, seconds)


def _measure(connections: Sequence[Connection], batch: int, seconds: float) -> Rate:
    for connection in connections:
        connection.send((batch, seconds))
    measured: list[tuple[int, float]] = [connection.recv() for connection in connections]
    num_items = sum(count for count, _ in measured)
    return Rate(sum(count / elapsed for count, elapsed in measured), num_items)


def _work(connection: Connection, model_folder: Path, items: Sequence[Any]) -> None:
    from salience.tasks.loading import load_task  # brings torch: only in these processes

    task = load_task(model_folder, threads=1)
    task.answer(items[:1])
    connection.send("ready")
    while (order := connection.recv()) is not None:
        batch, seconds = order
        started, done = time.perf_counter(), 0
        while time.perf_counter() - started < seconds:
            first = done % len(items)
            done += len(task.answer(items[first : first + batch]))
        connection.send((done, time.perf_counter() - started))
