"""When a model that has some of its workers, but not all, is to be registered anew."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple


class _Shortage(NamedTuple):
    num_ready: int
    num_wanted: int
    since: float


@dataclass
class WorkerShortage:
    """Remembers how long each model has been short of the same number of workers.

    TorchServe gives up a worker that could not load for a minute, and counts it on. Only a model
    that is registered anew gets another; as that stops those it has, each time is waited for
    twice as long as the one before, until the model was complete.
    """

    seconds: float
    clock: Callable[[], float] = time.monotonic
    _shortages: dict[str, _Shortage] = field(default_factory=dict)
    _patience: dict[str, float] = field(default_factory=dict)

    def is_lasting(self, model: str, *, num_ready: int, num_wanted: int) -> bool:
        """Whether to register it anew now; asked at every look at the model."""
        if num_ready >= num_wanted:
            self._patience.pop(model, None)
        if not 0 < num_ready < num_wanted:
            self._shortages.pop(model, None)
            return False
        shortage = self._shortages.get(model)
        if shortage is None or shortage[:2] != (num_ready, num_wanted):
            self._shortages[model] = _Shortage(num_ready, num_wanted, self.clock())
            return False
        patience = self._patience.setdefault(model, self.seconds)
        if self.clock() - shortage.since <= patience:
            return False
        self._patience[model] = 2 * patience
        del self._shortages[model]
        return True
