"""Waiting for what happens in other processes, never longer than needed."""

import asyncio
import time
from collections.abc import Callable

DEADLINE_SECONDS = 20.0


async def until(condition: Callable[[], bool], *, seconds: float = DEADLINE_SECONDS) -> None:
    """Return when the condition holds; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.01)
