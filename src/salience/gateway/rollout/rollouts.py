"""Which of two versions answers a call."""

import hashlib
import logging
from pathlib import Path

from salience.errors import InvalidInput
from salience.gateway.call_context import CallContext
from salience.gateway.file_stamp import stamp_of
from salience.gateway.registry import Registry, ServedModel
from salience.gateway.rollout.rollout_file import (
    BadRolloutFile,
    Rollout,
    RolloutFile,
    read_rollouts,
)
from salience.v1.models_pb2 import Task

VARIANT_HEADER = "x-salience-variant"
STABLE, CANDIDATE = "stable", "candidate"

_LOG = logging.getLogger(__name__)


class Rollouts:
    """Follows the file of rollouts; while it is wrong, what it said before holds.

    Raises:
        BadRolloutFile: it is wrong when this is made.
    """

    def __init__(self, path: Path | None, registry: Registry) -> None:
        self._path = path
        self._registry = registry
        self._stamp = stamp_of([path] if path else [])
        self._content = read_rollouts(path) if path else RolloutFile()

    def candidates(self) -> set[str]:
        """The models that come in the place of others."""
        self._follow()
        return {rollout.candidate for rollout in self._content.rollouts.values()}

    def chosen(self, model: ServedModel, context: CallContext) -> ServedModel:
        """The model itself or its candidate: as the call says, else by its request id.

        The same request id is always answered by the same version, and goes on being so when
        the candidate's percentage grows. A candidate that is not ready gets no calls but those
        that ask for it. Raises InvalidInput for a variant that there is not, or that
        does another task.
        """
        rollout = self._of(model)
        if rollout is None:
            return model
        if context.variant == CANDIDATE:
            return self._asked_for(rollout.candidate, model)
        if context.variant not in ("", STABLE):
            raise InvalidInput(f"the variant is not {STABLE} or {CANDIDATE}", field=VARIANT_HEADER)
        candidate = self._ready_candidate(model, rollout)
        is_candidates = _percentile(model.name, context.request_id) < rollout.percent
        return candidate if candidate and is_candidates and not context.variant else model

    def shadow_of(self, model: ServedModel) -> ServedModel | None:
        """The candidate that is asked beside the model, if there is one and it is ready."""
        rollout = self._of(model)
        return self._ready_candidate(model, rollout) if rollout and rollout.shadow else None

    def _asked_for(self, name: str, model: ServedModel) -> ServedModel:
        candidate = self._registry.named(name, field=VARIANT_HEADER)
        known = {model.task, candidate.task} - {Task.TASK_UNSPECIFIED}
        if len(known) > 1:
            message = f"{name} cannot answer in the place of {model.name}: its task is another"
            raise InvalidInput(message, field=VARIANT_HEADER)
        return candidate

    def _ready_candidate(self, model: ServedModel, rollout: Rollout) -> ServedModel | None:
        if rollout.candidate not in self._registry:
            return None
        candidate = self._registry.named(rollout.candidate, field=VARIANT_HEADER)
        return candidate if candidate.is_ready and candidate.task == model.task else None

    def _of(self, model: ServedModel) -> Rollout | None:
        self._follow()
        return self._content.rollouts.get(model.name)

    def _follow(self) -> None:
        if self._path is None or (stamp := stamp_of([self._path])) == self._stamp:
            return
        self._stamp = stamp
        try:
            self._content = read_rollouts(self._path)
            _LOG.info("rollouts: %s", self._content.model_dump_json())
        except BadRolloutFile as error:
            _LOG.error("rollouts stay as they were: %s", error)


def _percentile(model: str, request_id: str) -> float:
    """From 0 up to 100; that of one model says nothing of another's."""
    digest = hashlib.sha256(f"{model} {request_id}".encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48 * 100
