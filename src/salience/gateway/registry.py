"""The models that are served, and whether they answer."""

import asyncio
import time
from dataclasses import dataclass, field

from salience.errors import ModelNotFound, ModelNotReady
from salience.gateway.admission import Admission
from salience.gateway.metrics import GatewayMetrics
from salience.gateway.resending import Resending
from salience.gateway.settings import GatewaySettings
from salience.gateway.task_kinds import TASK_KINDS
from salience.v1.models_pb2 import (
    READINESS_FAILED,
    READINESS_LOADING,
    READINESS_READY,
    Model,
    Readiness,
    Task,
)

_RETRY_SECONDS = 1.0


@dataclass
class ServedModel:
    """A model as the gateway sees it; `description` is None until it described itself."""

    name: str
    admission: Admission
    resending: Resending
    description: Model | None = None
    readiness: Readiness = READINESS_LOADING
    num_workers: int = 1
    last_answer: float = float("-inf")
    """When it last answered, on the monotonic clock."""
    doubted: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a call met a sign that the model no longer answers."""

    @property
    def is_ready(self) -> bool:
        """Whether it may be asked."""
        return self.readiness == READINESS_READY

    @property
    def task(self) -> Task:
        """What it does; unspecified until it described itself."""
        return self.description.task if self.description else Task.TASK_UNSPECIFIED

    def found(self, readiness: Readiness) -> None:
        """Take note of whether it may be asked; its rows wait while it is restarted."""
        self.readiness = readiness
        if readiness == READINESS_FAILED:
            self.admission.close()
        else:
            self.admission.open()

    def answered(self) -> None:
        """Note that it has just answered, as good a proof as a probe."""
        self.last_answer = time.monotonic()

    def doubt(self) -> None:
        """Have it checked now."""
        self.last_answer = float("-inf")
        self.doubted.set()

    def known_description(self) -> Model:
        """What it accepts, even while it is restarted. Raises ModelNotReady before its start."""
        if self.description is not None:
            return self.description
        raise ModelNotReady(f"model {self.name} is loading", retry_seconds=_RETRY_SECONDS)

    def public(self) -> Model:
        """The description a caller gets, with the readiness of this moment."""
        public = Model(name=self.name)
        if self.description is not None:
            public.CopyFrom(self.description)
        public.name = self.name
        public.readiness = self.readiness
        return public


class Registry:
    """Every model by name. A model once seen stays: if it vanishes it is being restarted."""

    def __init__(self, settings: GatewaySettings, metrics: GatewayMetrics) -> None:
        self._settings = settings
        self._metrics = metrics
        self._models: dict[str, ServedModel] = {}

    def add(self, name: str) -> ServedModel:
        """Take note of a model."""
        admission = Admission(
            max_rows=self._settings.share(self._settings.rows_per_worker),
            max_size=self._settings.share(self._settings.characters_per_worker),
            max_waiting=self._settings.share(self._settings.max_waiting_rows),
            patience_seconds=self._settings.resend_seconds,
        )
        resending = Resending(
            patience_seconds=self._settings.resend_seconds,
            pause_seconds=self._settings.recheck_seconds,
            on_resend=lambda: self._metrics.row_resent(name),
        )
        self._models[name] = ServedModel(name, admission, resending)
        return self._models[name]

    def describe(self, served: ServedModel, description: Model) -> None:
        """Take note of what a model does, within the limits that hold for every call."""
        description.limits.max_request_bytes = self._settings.max_request_bytes
        description.limits.max_reply_bytes = self._settings.max_reply_bytes
        served.description = description
        self.set_num_workers(served, served.num_workers)

    def set_num_workers(self, served: ServedModel, num_workers: int) -> None:
        """Admit as much as this many workers can start soon."""
        served.num_workers = max(num_workers, 1)
        share = self._settings.share
        served.admission.max_rows = share(served.num_workers * self._settings.rows_per_worker)
        if served.description is not None:
            limits = TASK_KINDS[served.description.task].items.size_limits(self._settings)
            served.admission.max_size = share(served.num_workers * limits.per_worker)

    def __contains__(self, name: str) -> bool:
        return name in self._models

    def models(self) -> list[ServedModel]:
        """All of them, by name."""
        return [self._models[name] for name in sorted(self._models)]

    def named(self, name: str, *, field: str) -> ServedModel:
        """The model of that name. Raises ModelNotFound; the caller wrote it in `field`."""
        if name in self._models:
            return self._models[name]
        if not self._models:
            raise ModelNotReady("the models are loading", retry_seconds=_RETRY_SECONDS)
        there_are = ", ".join(sorted(self._models))
        raise ModelNotFound(f"there is no model {name[:60]!r}; there are {there_are}", field=field)

    def of_task(self, task: Task) -> list[ServedModel]:
        """The models that do `task`. Raises ModelNotReady while one may still turn out to."""
        found = [m for m in self.models() if m.description and m.description.task == task]
        if found:
            return found
        self.require_all_described()
        return []

    def require_all_described(self) -> None:
        """Raise ModelNotReady while it is not known what each model does."""
        if not self._models or any(m.description is None for m in self._models.values()):
            raise ModelNotReady("the models are loading", retry_seconds=_RETRY_SECONDS)

    def all_ready(self) -> bool:
        """Whether there are models and each of them answers."""
        return bool(self._models) and all(m.is_ready for m in self._models.values())
