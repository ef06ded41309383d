"""Parsing of long bodies away from the event loop, which would stand still for half a second."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from salience.gateway.held_bytes import Hold

T = TypeVar("T")

LONG_BODY = 2**20


class LongParses:
    """One at a time: two would share the interpreter, and have twice the memory."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore()

    async def run(self, parse: Callable[[], T], num_bytes: int, hold: Hold) -> T:
        """What `parse` makes of a body of that length.

        A thread cannot be stopped: when the call ends first, the turn and what the call holds
        are kept until the thread has ended too.
        """
        if num_bytes < LONG_BODY:
            return parse()
        await self._turn.acquire()
        work = asyncio.get_running_loop().run_in_executor(None, parse)
        work.add_done_callback(lambda _: self._turn.release())
        hold.work = work
        return await asyncio.shield(work)
