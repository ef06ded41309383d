"""Who makes a call."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from salience.gateway.access.call_limits import CallLimits
from salience.gateway.access.scope import Scope
from salience.v1.models_pb2 import Task


@dataclass(frozen=True)
class Caller:
    """The id of its key, what it may ask for and how often."""

    key_id: str
    scope: Scope
    limits: CallLimits

    @contextmanager
    def calling(self, task: Task) -> Iterator[None]:
        """One call under way. Raises PermissionDenied or RateLimited."""
        self.scope.require_task(task)
        with self.limits.taken():
            yield


ANYONE = Caller("", Scope(), CallLimits())
"""Who calls where no keys are asked for."""
