"""Keeps one file of all workers that have ended, however many there were.

prometheus_client never removes a process's counters, so that they stay counted: without this each
restarted worker would leave files that every scrape reads.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client.mmap_dict import MmapedDict

from salience.metrics.worker_file import is_readable, values_of


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Within the block no file of the folder is moved into another."""
    with _locked(folder, fcntl.LOCK_SH):
        yield


def fold_ended_workers(folder: Path, *, is_alive: Callable[[int], bool]) -> None:
    """Add what processes that have ended had counted to one file, and drop their gauges."""
    ended = [path for path in folder.glob("*.db") if _has_ended(path, is_alive)]
    if not ended:
        return
    with _locked(folder, fcntl.LOCK_EX):
        for path in ended:
            kind = path.name.split("_")[0]
            if kind != "gauge" and is_readable(path):
                _add(path, folder / f"{kind}_ended.db")
            path.unlink()


def _has_ended(path: Path, is_alive: Callable[[int], bool]) -> bool:
    owner = path.stem.rsplit("_", 1)[-1]
    return owner.isdecimal() and not is_alive(int(owner))


def _add(path: Path, total: Path) -> None:
    sums = MmapedDict(str(total))  # type: ignore[no-untyped-call]
    for key, value, timestamp, _ in values_of(path):
        before, _ = sums.read_value(key)  # type: ignore[no-untyped-call]
        sums.write_value(key, before + value, timestamp)  # type: ignore[no-untyped-call]
    sums.close()  # type: ignore[no-untyped-call]


@contextmanager
def _locked(folder: Path, kind: int) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, kind)
        yield
    finally:
        os.close(descriptor)
