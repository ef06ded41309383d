"""Watching the models: only a real answer proves that one is ready."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from google.protobuf.message import DecodeError

from salience.errors import InternalError, ModelNotReady, Overloaded, ServingError
from salience.gateway.registry import Registry, ServedModel
from salience.gateway.rows import is_error
from salience.gateway.settings import GatewaySettings
from salience.gateway.task_kinds import TASK_KINDS
from salience.gateway.torchserve import TorchServe
from salience.v1.models_pb2 import (
    READINESS_FAILED,
    READINESS_LOADING,
    READINESS_READY,
    Model,
    Readiness,
    Task,
)

_LOG = logging.getLogger(__name__)


class ReadinessMonitor:
    """Keeps the registry true. `on_change` is awaited after every check."""

    def __init__(
        self,
        registry: Registry,
        torchserve: TorchServe,
        settings: GatewaySettings,
        *,
        on_change: Callable[[], Awaitable[None]],
    ) -> None:
        self._registry = registry
        self._torchserve = torchserve
        self._settings = settings
        self._on_change = on_change

    async def run(self) -> None:
        """Find models and watch each of them, until cancelled."""
        async with asyncio.TaskGroup() as watchers:
            while True:
                for name in await self._new_names():
                    watchers.create_task(self._watch(self._registry.add(name)))
                await asyncio.sleep(self._settings.recheck_seconds)

    async def _new_names(self) -> list[str]:
        try:
            names = await self._torchserve.model_names()
        except ServingError:
            return []  # What is known already is watched for itself.
        return [name for name in names if name not in self._registry]

    async def _watch(self, served: ServedModel) -> None:
        while True:
            served.doubted.clear()
            readiness = await self._check(served)
            if readiness != served.readiness:
                _LOG.info("%s: %s", served.name, Readiness.Name(readiness))
            served.found(readiness)
            await self._on_change()
            await self._pause(served)

    async def _pause(self, served: ServedModel) -> None:
        if not served.is_ready:
            await asyncio.sleep(self._settings.recheck_seconds)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(self._settings.check_seconds):
                await served.doubted.wait()

    async def _check(self, served: ServedModel) -> Readiness:
        started = time.monotonic()
        try:
            async with asyncio.timeout(self._settings.probe_timeout_seconds):
                await self._prove(served, since=started - self._settings.check_seconds)
        except Overloaded:
            return served.readiness  # Busy is not dead.
        except (ServingError, TimeoutError, DecodeError) as error:
            if served.last_answer < started:
                _LOG.debug("%s does not answer: %r", served.name, error)
                return READINESS_FAILED if served.description else READINESS_LOADING
        except Exception:
            _LOG.exception("checking %s failed", served.name)
            return served.readiness
        return READINESS_READY

    async def _prove(self, served: ServedModel, *, since: float) -> None:
        async with asyncio.timeout(self._settings.count_timeout_seconds):
            num_workers = await self._torchserve.num_ready_workers(served.name)
        if not num_workers:
            raise ModelNotReady("there is no worker")
        self._registry.set_num_workers(served, num_workers)
        if served.is_ready and served.last_answer > since:
            return
        description = Model.FromString(await self._torchserve.describe(served.name))
        await self._probe(served, description.task)
        self._registry.describe(served, description)

    async def _probe(self, served: ServedModel, task: Task) -> None:
        if task not in TASK_KINDS:
            raise InternalError("its worker did not describe the model")
        kind = TASK_KINDS[task]
        answer = await self._torchserve.predict(
            served.name, kind.probe().SerializeToString(), request_id=f"probe-{served.name}"
        )
        results = kind.reply_type.FromString(answer.body).results
        if len(results) != 1 or is_error(results[0]):
            raise InternalError("the probe was answered with an error")
        served.answered()
