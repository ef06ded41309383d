"""Ending workers that TorchServe takes for healthy though they are not."""

import logging
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

import psutil

from salience.supervisor.management import Workers

logger = logging.getLogger(__name__)

STOPPED, TOO_LARGE = "stopped", "too large"

_STOPPED_STATES = {psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP}


class WorkerProcess(Protocol):
    """What can be seen and done of a worker."""

    def status(self) -> str:
        """In psutil's words."""

    def resident_bytes(self) -> int:
        """Its memory."""

    def kill(self) -> None:
        """End it; TorchServe starts another."""


class LocalProcess:
    """A worker on this machine. Raises psutil.NoSuchProcess once it has ended."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)

    def status(self) -> str:
        """In psutil's words."""
        return str(self._process.status())

    def resident_bytes(self) -> int:
        """Its memory."""
        return int(self._process.memory_info().rss)

    def kill(self) -> None:
        """End it; TorchServe starts another."""
        self._process.kill()


@dataclass
class WorkerWatch:
    """Kills workers that have been stopped for long, or have grown too large.

    The gateway sends the rows that they held again. Of the large ones one at a time goes,
    while every other worker of its model is there.
    """

    stopped_seconds: float
    max_bytes: int
    find_process: Callable[[int], WorkerProcess] = LocalProcess
    clock: Callable[[], float] = time.monotonic
    num_killed: Counter[str] = field(default_factory=Counter)
    """Workers by the reason they were killed for."""
    _stopped_since: dict[int, float] = field(default_factory=dict)

    def look(self, model: str, workers: Workers) -> None:
        """See to the workers of a model that have loaded it."""
        all_ready = workers.num_ready >= workers.num_wanted
        for pid in workers.pids:
            with suppress(psutil.NoSuchProcess):
                process = self.find_process(pid)
                reason = self._reason(pid, process, may_recycle=all_ready)
                if reason:
                    logger.warning("a worker of %s is %s: restarting it", model, reason)
                    self.num_killed[reason] += 1
                    process.kill()
                    return

    def _reason(self, pid: int, process: WorkerProcess, *, may_recycle: bool) -> str:
        if self._is_hung(pid, process.status()):
            return STOPPED
        if may_recycle and process.resident_bytes() > self.max_bytes:
            return TOO_LARGE
        return ""

    def _is_hung(self, pid: int, status: str) -> bool:
        if status not in _STOPPED_STATES:
            self._stopped_since.pop(pid, None)
            return False
        now = self.clock()
        return now - self._stopped_since.setdefault(pid, now) >= self.stopped_seconds
