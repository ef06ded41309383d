"""How much of a model's work is under way, and how much may wait."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, NamedTuple, TypeVar

from salience.errors import Overloaded

T = TypeVar("T")

_RETRY_SECONDS = 1.0


class _Turn(NamedTuple):
    """A row that waits."""

    granted: asyncio.Future[None]
    num_characters: int


class Admission:
    """Lets rows through to TorchServe, first come first served.

    What TorchServe has accepted it will run, whether or not anybody still waits for the
    answer. So only as much is sent as its workers can start soon: at most `max_rows` at a
    time, with `max_characters` together, though a longer row may go alone. The others wait
    here, where a cancelled one vanishes without having cost anything.
    """

    def __init__(self, *, max_rows: int, max_characters: int, max_waiting: int) -> None:
        self.max_rows = max_rows
        self.max_characters = max_characters
        self._max_waiting = max_waiting
        self._running: set[asyncio.Task[Any]] = set()
        self._waiting: deque[_Turn] = deque()
        self._num_granted = 0
        self._num_characters = 0

    @property
    def num_waiting(self) -> int:
        """Rows that wait to be sent."""
        return len(self._waiting)

    @property
    def num_running(self) -> int:
        """Rows that were sent and not answered yet."""
        return len(self._running)

    def refuse_when_full(self, num_rows: int) -> None:
        """Raise Overloaded when `num_rows` more would have to wait too long.

        A call of any size is taken when nobody waits.
        """
        if self._waiting and len(self._waiting) + num_rows > self._max_waiting:
            raise Overloaded(
                "more work is waiting than will be finished soon", retry_seconds=_RETRY_SECONDS
            )

    async def run(self, send: Callable[[], Coroutine[Any, Any, T]], *, num_characters: int) -> T:
        """Wait for a turn, then send a row of that length.

        Cancelling the wait gives the turn up. Cancelling later abandons the answer, but
        the place stays taken until TorchServe has answered.
        """
        await self._turn(num_characters)
        task = asyncio.get_running_loop().create_task(send())
        self._num_granted -= 1
        self._running.add(task)
        task.add_done_callback(partial(self._finished, num_characters))
        return await asyncio.shield(task)

    async def _turn(self, num_characters: int) -> None:
        if not self._waiting and self._has_room(num_characters):
            self._grant(num_characters)
            return
        turn = _Turn(asyncio.get_running_loop().create_future(), num_characters)
        self._waiting.append(turn)
        try:
            await turn.granted
        except asyncio.CancelledError:
            if not turn.granted.cancelled():
                self._num_granted -= 1
                self._leave(num_characters)
            elif turn in self._waiting:
                self._waiting.remove(turn)
                self._let_in()
            raise

    def _has_room(self, num_characters: int) -> bool:
        num_rows = len(self._running) + self._num_granted
        fits = self._num_characters + num_characters <= self.max_characters
        return num_rows == 0 or (num_rows < self.max_rows and fits)

    def _grant(self, num_characters: int) -> None:
        self._num_granted += 1
        self._num_characters += num_characters

    def _finished(self, num_characters: int, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # Nobody else asks when the answer was abandoned.
        self._leave(num_characters)

    def _leave(self, num_characters: int) -> None:
        self._num_characters -= num_characters
        self._let_in()

    def _let_in(self) -> None:
        while self._waiting and self._has_room(self._waiting[0].num_characters):
            turn = self._waiting.popleft()
            if not turn.granted.cancelled():
                self._grant(turn.num_characters)
                turn.granted.set_result(None)
