"""Trying a call again when its error says that this may help."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import TypeVar

from salience.errors import ServingError

Reply = TypeVar("Reply")


@dataclass(frozen=True)
class RetryPolicy:
    """How often a call is tried; the pauses double from the first to the longest."""

    max_attempts: int = 4
    first_pause_seconds: float = 0.1
    longest_pause_seconds: float = 5.0

    def pause_seconds(self, error: ServingError, attempt: int) -> float | None:
        """How long to wait after the failed `attempt`, counted from 1; None to give up."""
        if error.retry_seconds is None or attempt >= self.max_attempts:
            return None
        doubled: float = self.first_pause_seconds * 2.0 ** (attempt - 1)
        jitter = random.uniform(0.5, 1.0)
        return error.retry_seconds + min(doubled, self.longest_pause_seconds) * jitter


def call_with_retries(
    call: Callable[[float], Reply],
    *,
    timeout_seconds: float,
    policy: RetryPolicy,
    sleep: Callable[[float], None] = time.sleep,
) -> Reply:
    """Run `call(seconds left)` until it answers, its error is final or the time is up."""
    deadline = time.monotonic() + timeout_seconds
    for attempt in count(1):
        try:
            return call(deadline - time.monotonic())
        except ServingError as error:
            pause = policy.pause_seconds(error, attempt)
            if pause is None or time.monotonic() + pause >= deadline:
                raise
        sleep(pause)
    raise AssertionError("count() ended")
