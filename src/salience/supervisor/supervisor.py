"""What PID 1 does all day."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field

from salience.supervisor.autoscaler import Autoscaler
from salience.supervisor.child import Child
from salience.supervisor.model_keeper import ModelKeeper
from salience.supervisor.processes import adopt_orphans, reap_orphans
from salience.supervisor.readiness import loading_state, ready_models, wait_until_ready
from salience.supervisor.settings import SupervisorSettings

_REAP_SECONDS = 1.0
_LAST_REAP_SECONDS = 0.01


@dataclass
class Supervisor:
    """Starts the processes, keeps them and the models going, and stops them in order."""

    settings: SupervisorSettings
    torchserve: Child
    gateways: Sequence[Child]
    """None of them where the gateway is somebody else's."""
    keeper: ModelKeeper
    report: Callable[[str], None]
    autoscaler: Autoscaler | None = None
    """None where the number of workers is the operator's."""
    background: Sequence[Coroutine[None, None, None]] = ()
    """Whatever else runs until the end."""
    _stop_requested: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, on_ready: Callable[[], None]) -> int:
        """Everything, until a signal; 1 if the service never became ready."""
        adopt_orphans()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._on_signal)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in self._work()]
            try:
                return await self._until_stopped(on_ready)
            finally:
                await self._stop()
                for task in tasks:
                    task.cancel()

    @property
    def _children(self) -> list[Child]:
        return [*self.gateways, self.torchserve]

    def _work(self) -> list[Coroutine[None, None, None]]:
        scaling = [self.autoscaler] if self.autoscaler else []
        return [
            self.keeper.keep(every_seconds=self.settings.watch_seconds),
            *(scaler.run(every_seconds=self.settings.scale_seconds) for scaler in scaling),
            self._reap(),
            *self.background,
            *(child.keep_running() for child in self._children),
        ]

    async def _until_stopped(self, on_ready: Callable[[], None]) -> int:
        stopped = asyncio.create_task(self._stop_requested.wait())
        ready = asyncio.create_task(self._become_ready())
        seconds = self.settings.start_seconds
        await asyncio.wait((stopped, ready), timeout=seconds, return_when="FIRST_COMPLETED")
        ready.cancel()
        if not (stopped.done() or ready.done()):
            self.report(f"not ready after {seconds:.0f} s: giving up")
            return 1
        if ready.done():
            ready.result()
            on_ready()
        await stopped
        return 0

    async def _become_ready(self) -> None:
        def state() -> str:
            return loading_state(self.keeper.num_ready, self.keeper.num_wanted)

        await wait_until_ready(self._is_ready, state, self.report)

    async def _is_ready(self) -> bool:
        if not (self.gateways and self.keeper.is_complete):
            return self.keeper.is_complete
        ready = [await ready_models(f"{url}/readyz") for url in self.settings.gateway_urls]
        return all(models >= set(self.keeper.archives) for models in ready)

    async def _stop(self) -> None:
        """The gateways first: they answer what they have accepted, for which they need workers."""
        if self.gateways:
            self.report("stopping: waiting for the requests in flight")
            seconds = self.settings.stop_seconds
            await asyncio.gather(*(child.stop(within_seconds=seconds) for child in self.gateways))
        await self.torchserve.kill()
        while self._reap_now():
            await asyncio.sleep(_LAST_REAP_SECONDS)
        self.report("stopped")

    def _on_signal(self) -> None:
        if self._stop_requested.is_set():
            for child in self._children:
                child.interrupt()
        self._stop_requested.set()

    async def _reap(self) -> None:
        while True:
            self._reap_now()
            await asyncio.sleep(_REAP_SECONDS)

    def _reap_now(self) -> bool:
        return reap_orphans(except_for=[child.pid for child in self._children])
