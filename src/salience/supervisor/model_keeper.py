"""Keeps every archive registered and every model with workers."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import aiohttp

from salience.supervisor.management import RegistrationRefused, Workers
from salience.supervisor.metrics import SupervisorMetrics
from salience.supervisor.worker_shortage import WorkerShortage
from salience.supervisor.worker_watch import WorkerWatch
from salience.worker.provenance import UnsupportedArchive

logger = logging.getLogger(__name__)


_RETRY_SECONDS = 5.0
"""Between two looks at an archive that is refused: it may be large."""


class _Refusal(NamedTuple):
    """Why and when a model was last not registered."""

    reason: str
    at: float


class ModelManagement(Protocol):
    """What the keeper asks of TorchServe."""

    async def model_names(self) -> set[str]:
        """Every registered model."""

    async def workers_of(self, model: str) -> Workers:
        """How many processes the model has."""

    async def register(self, archive: str, *, workers: int) -> None:
        """Start serving an archive."""

    async def unregister(self, model: str) -> None:
        """Stop serving a model."""


@dataclass
class ModelKeeper:
    """Compares what is registered with what should be, again and again.

    A TorchServe that was restarted has no models and gets them all. A model that has
    been without any worker for `restart_seconds` is registered anew: after a while
    TorchServe itself gives up, accepts requests and never answers them. So is one that stays
    short of workers, less often. Whoever scales a model tells TorchServe, where the keeper sees
    it: the model is registered anew with as many.
    """

    management: ModelManagement
    archives: Mapping[str, str]
    """Model name to the name of the archive's file."""
    workers: int
    """Of each model, until it is scaled."""
    restart_seconds: float
    watch: WorkerWatch
    unpack: Callable[[str], object] = lambda archive: None
    """Makes a folder of the same name that TorchServe reads; raises UnsupportedArchive for a file
    that must not be served."""
    metrics: SupervisorMetrics = field(default_factory=SupervisorMetrics)
    clock: Callable[[], float] = time.monotonic
    num_ready: dict[str, int] = field(default_factory=dict)
    """Workers that have loaded each registered model, as last seen."""
    num_wanted: dict[str, int] = field(default_factory=dict)
    """Workers that each model was last scaled to."""
    _shortage: WorkerShortage = field(init=False)
    _last_alive: dict[str, float] = field(default_factory=dict)
    _refused: dict[str, _Refusal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._shortage = WorkerShortage(self.restart_seconds, self.clock)

    async def keep(self, *, every_seconds: float) -> None:
        """Look at the models for ever; TorchServe may be away."""
        while True:
            try:
                await self.look()
            except (aiohttp.ClientError, TimeoutError):
                self.num_ready.clear()
            await asyncio.sleep(every_seconds)

    async def look(self) -> None:
        """Compare once, and mend what differs; a model that is refused keeps no other waiting."""
        registered = await self.management.model_names()
        for model, archive in self.archives.items():
            if model not in registered:
                await self._register(model, archive)
                continue
            await self._see(model)
            if self._has_no_worker(model):
                await self._restart(model, archive, "model_without_worker")
            elif self._is_short(model):
                await self._restart(model, archive, "model_short_of_workers")

    @property
    def is_complete(self) -> bool:
        """Whether every worker of every model was there when last looked at."""
        return all(
            self.num_ready.get(model) == self.num_wanted.get(model, self.workers)
            for model in self.archives
        )

    async def _register(self, model: str, archive: str) -> None:
        refused = self._refused.get(model)
        if refused and self.clock() - refused.at < _RETRY_SECONDS:
            return
        self._last_alive[model] = self.clock()
        self.num_ready[model] = 0
        workers = self.num_wanted.setdefault(model, self.workers)
        self.metrics.registered(model, num_wanted=workers)
        try:
            await asyncio.to_thread(self.unpack, archive)
            await self.management.register(archive, workers=workers)
        except (RegistrationRefused, UnsupportedArchive) as refusal:
            self._refuse(model, str(refusal))
        else:
            self._refused.pop(model, None)

    def _refuse(self, model: str, reason: str) -> None:
        """Log what is wrong once, not every time it is tried."""
        refused = self._refused.get(model)
        if refused is None or refused.reason != reason:
            logger.error("cannot serve %s", reason)
        self._refused[model] = _Refusal(reason, self.clock())

    async def _restart(self, model: str, archive: str, reason: str) -> None:
        logger.warning(
            "%s has had %d of %d workers for too long: restarting it",
            model,
            self.num_ready[model],
            self.num_wanted[model],
        )
        self.metrics.restarted(reason)
        await self.management.unregister(model)
        await self._register(model, archive)

    async def _see(self, model: str) -> None:
        workers = await self.management.workers_of(model)
        self.watch.look(model, workers)
        self.num_ready[model] = workers.num_ready
        self.num_wanted[model] = workers.num_wanted or self.num_wanted.get(model, self.workers)
        self.metrics.workers_killed(self.watch.num_killed)
        self.metrics.workers_seen(
            model,
            num_ready=workers.num_ready,
            num_wanted=self.num_wanted[model],
            pids=workers.pids,
        )

    def _has_no_worker(self, model: str) -> bool:
        now = self.clock()
        if self.num_ready[model]:
            self._last_alive[model] = now
        return now - self._last_alive.setdefault(model, now) > self.restart_seconds

    def _is_short(self, model: str) -> bool:
        return self._shortage.is_lasting(
            model, num_ready=self.num_ready[model], num_wanted=self.num_wanted[model]
        )
