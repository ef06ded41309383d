"""What the supervisor tells Prometheus, through whoever serves the workers' metrics.

It writes a file beside those of the workers; the supervisor itself listens nowhere.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import psutil
from prometheus_client import CollectorRegistry, write_to_textfile

from salience.metrics import catalogue
from salience.metrics.ended_workers import fold_ended_workers
from salience.supervisor.gpus import num_gpus

REASONS = (
    *("gateway_ended", "torchserve_ended"),
    *("model_without_worker", "model_short_of_workers"),
    *("worker_stopped", "worker_too_large"),
)
"""What something is started again for."""

_GPU_SECONDS = 15.0


class SupervisorMetrics:
    """Counted since the supervisor started."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._restarts = catalogue.RESTARTS.counter(self.registry)
        self._ready = catalogue.MODEL_WORKERS_READY.gauge(self.registry)
        self._wanted = catalogue.MODEL_WORKERS_WANTED.gauge(self.registry)
        self._starts = catalogue.WORKER_STARTS.counter(self.registry)
        self._deaths = catalogue.WORKER_DEATHS.counter(self.registry)
        self._resident = catalogue.RESIDENT.gauge(self.registry)
        self._gpus = catalogue.GPUS.gauge(self.registry)
        self._seen: defaultdict[str, set[int]] = defaultdict(set)
        self._num_killed: defaultdict[str, int] = defaultdict(int)
        for reason in REASONS:  # An increase is seen only of what was there before.
            self._restarts.labels(reason)

    def restarted(self, reason: str) -> None:
        """Something was started again."""
        self._restarts.labels(reason).inc()

    def workers_killed(self, num_killed: Mapping[str, int]) -> None:
        """How many workers the supervisor has ended so far, by reason."""
        for reason, total in num_killed.items():
            label = f"worker_{reason.replace(' ', '_')}"
            self._restarts.labels(label).inc(total - self._num_killed[reason])
            self._num_killed[reason] = total

    def registered(self, model: str, *, num_wanted: int) -> None:
        """A model begins anew: the workers it had, if any, were ended with it."""
        self._seen[model] = set()
        self.workers_seen(model, num_ready=0, num_wanted=num_wanted, pids=())

    def workers_seen(
        self, model: str, *, num_ready: int, num_wanted: int, pids: Iterable[int]
    ) -> None:
        """What TorchServe says of a model's workers."""
        self._ready.labels(model).set(num_ready)
        self._wanted.labels(model).set(num_wanted)
        alive = {pid for pid in pids if pid > 0}
        seen = self._seen[model]
        num_too_many = max(len(seen) - num_wanted, 0)
        self._starts.labels(model).inc(len(alive - seen))
        self._deaths.labels(model).inc(max(len(seen - alive) - num_too_many, 0))
        self._seen[model] = alive
        self._resident.labels(model).set(max(map(_resident_bytes, alive), default=0))

    async def watch_gpus(self) -> None:
        """Count the GPUs again and again, for ever."""
        while True:
            self._gpus.set(await asyncio.to_thread(num_gpus))
            await asyncio.sleep(_GPU_SECONDS)

    async def write(self, file: Path, *, every_seconds: float) -> None:
        """Keep the file true, and those of workers few, for ever."""
        while True:
            await asyncio.to_thread(fold_ended_workers, file.parent, is_alive=psutil.pid_exists)
            write_to_textfile(str(file), self.registry)
            await asyncio.sleep(every_seconds)


def _resident_bytes(pid: int) -> int:
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
