"""Replacing a process that runs but no longer answers."""

import asyncio
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp

NUM_QUESTIONS = 3
"""As many in a row must go unanswered: one may fall into a pause of the whole machine."""


class Replaceable(Protocol):
    """A process that is started again when it ends."""

    @property
    def pid(self) -> int | None:
        """The process, while there is one."""

    def replace(self, reason: str) -> None:
        """Kill it, for another to be started."""


@dataclass
class Silence:
    """How many questions a process has left unanswered, one that had answered before.

    One that has not is still starting.
    """

    _heard: int | None = None
    _num_unanswered: int = 0

    def is_too_long(self, pid: int | None, *, answered: bool) -> bool:
        """Take note of a question; whether it was the last of too many."""
        if answered:
            self._heard, self._num_unanswered = pid, 0
        elif pid == self._heard:
            self._num_unanswered += 1
        return pid == self._heard and self._num_unanswered == NUM_QUESTIONS


@dataclass
class SilenceWatch:
    """Asks a process for its health, and has it replaced when it is silent for too long."""

    process: Replaceable
    url: str
    silent_seconds: float
    """How long it may be silent."""
    _silence: Silence = field(default_factory=Silence)

    async def run(self) -> None:
        """Ask again and again, for ever."""
        pause = self.silent_seconds / NUM_QUESTIONS
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=pause)) as session:
            while True:
                pid = self.process.pid
                answered, _ = await asyncio.gather(self._answers(session), asyncio.sleep(pause))
                if self._silence.is_too_long(pid, answered=answered):
                    self.process.replace("does not answer")

    async def _answers(self, session: aiohttp.ClientSession) -> bool:
        """Whatever it says, a process that answers is not hung."""
        try:
            async with session.get(self.url):
                return True
        except (aiohttp.ClientError, TimeoutError):
            return False
