"""Gives every model as many workers as its load needs."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp

from salience.supervisor.scaling import Load, ScalingPolicy, Trend, decide


class Scaled(Protocol):
    """What changes the number of workers."""

    async def scale(self, model: str, *, workers: int) -> None:
        """Start or stop workers of a model, without waiting for them."""


class Counted(Protocol):
    """What knows how many workers there are."""

    @property
    def num_ready(self) -> Mapping[str, int]:
        """Those that have loaded each model."""

    @property
    def num_wanted(self) -> Mapping[str, int]:
        """Those that each model should have."""


@dataclass
class Autoscaler:
    """Looks at the load again and again.

    While workers that were asked for are still loading no more are: they may be enough.
    """

    policy: ScalingPolicy
    workers: Counted
    management: Scaled
    read_load: Callable[[], Awaitable[Mapping[str, Load]]]
    report: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    _trends: dict[str, Trend] = field(default_factory=dict)

    async def run(self, *, every_seconds: float) -> None:
        """Scale for ever; the gateway or TorchServe may be away."""
        while True:
            try:
                await self.look()
            except (aiohttp.ClientError, TimeoutError, ValueError):
                self._trends.clear()
            await asyncio.sleep(every_seconds)

    async def look(self) -> None:
        """Look at every model once, and scale those that need it."""
        for model, load in (await self.read_load()).items():
            if wanted := self.workers.num_wanted.get(model):
                await self._scale(model, load, wanted)

    async def _scale(self, model: str, load: Load, wanted: int) -> None:
        trend, suitable = decide(
            self._trends.get(model, Trend()),
            load,
            num_workers=wanted,
            now=self.clock(),
            policy=self.policy,
        )
        self._trends[model] = trend
        is_loading = self.workers.num_ready.get(model, 0) < wanted
        if suitable == wanted or (suitable > wanted and is_loading):
            return
        self.report(
            f"{model}: from {wanted} to {suitable} workers, {trend.in_flight:.1f} rows in flight,"
            f" {load.queue_seconds * 1000:.0f} ms in the queue"
        )
        await self.management.scale(model, workers=suitable)
