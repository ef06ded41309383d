"""grpc.health.v1, per service, per model and for the whole, from what the models prove."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from grpc_health.v1.health import aio  # type: ignore[attr-defined]
from grpc_health.v1.health_pb2 import HealthCheckResponse

from salience.gateway.methods import METHODS
from salience.gateway.registry import Registry
from salience.v1.models_pb2 import Task

OVERALL = ""


class Health:
    """`servicer` answers grpc.health.v1; `is_ready` is what /readyz says."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._draining = False
        self._published: dict[str, bool] = {}
        self.servicer = aio.HealthServicer()

    @property
    def is_draining(self) -> bool:
        """Whether callers should go elsewhere."""
        return self._draining

    @property
    def is_ready(self) -> bool:
        """Whether every model answers and new calls are welcome."""
        return self._registry.all_ready() and not self._draining

    async def publish(self) -> None:
        """Tell the health service's watchers what has changed."""
        for service, serving in self._statuses().items():
            if self._published.get(service) != serving:
                self._published[service] = serving
                await self.servicer.set(service, _STATUS[serving])

    async def drain(self) -> None:
        """Say from now on that no new calls are welcome."""
        self._draining = True
        await self.servicer.enter_graceful_shutdown()

    def _statuses(self) -> dict[str, bool]:
        services = {
            service: self._serves(tasks) if tasks else True for service, tasks in _SERVICES.items()
        }
        models = {model.name: model.is_ready for model in self._registry.models()}
        return {OVERALL: self._registry.all_ready(), **services, **models}

    def _serves(self, tasks: AbstractSet[Task]) -> bool:
        """Whether there are models for any of the tasks, and all of them answer."""
        described = [m for m in self._registry.models() if m.description]
        models = [m for m in described if m.description and m.description.task in tasks]
        return bool(models) and all(model.is_ready for model in models)


_SERVICES: Mapping[str, AbstractSet[Task]] = {
    service: {m.kind.task for m in METHODS if m.service == service and m.kind}
    for service in {method.service for method in METHODS}
}
"""The tasks of each service's methods; none where it needs no model."""
_STATUS = {True: HealthCheckResponse.SERVING, False: HealthCheckResponse.NOT_SERVING}
