"""How often a caller may call, and how many of its calls may be under way."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from salience.errors import RateLimited

_RETRY_SECONDS = 1.0


@dataclass
class CallLimits:
    """A token bucket that holds the calls of one second, and a count; None is no limit."""

    calls_per_second: float | None = None
    max_in_flight: int | None = None
    clock: Callable[[], float] = time.monotonic
    _tokens: float = field(init=False)
    _filled_at: float = field(init=False)
    _num_in_flight: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._tokens = self._capacity
        self._filled_at = self.clock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Count a call. Raises RateLimited, with the time after which it would be taken."""
        if self.max_in_flight is not None and self._num_in_flight >= self.max_in_flight:
            message = f"the API key has {self.max_in_flight} calls under way, as many as it may"
            raise RateLimited(message, retry_seconds=_RETRY_SECONDS)
        if self.calls_per_second is not None:
            self._take_token(self.calls_per_second)
        self._num_in_flight += 1
        try:
            yield
        finally:
            self._num_in_flight -= 1

    @property
    def _capacity(self) -> float:
        return max(self.calls_per_second or 0.0, 1.0)

    def _take_token(self, rate: float) -> None:
        now = self.clock()
        self._tokens = min(self._capacity, self._tokens + (now - self._filled_at) * rate)
        self._filled_at = now
        if self._tokens < 1.0:
            seconds = (1.0 - self._tokens) / rate
            message = f"the API key allows {rate:g} calls a second"
            raise RateLimited(message, retry_seconds=seconds)
        self._tokens -= 1.0
