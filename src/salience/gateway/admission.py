"""How much of a model's work is under way, and how much may wait."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from salience.errors import Overloaded

T = TypeVar("T")

_RETRY_SECONDS = 1.0


class Admission:
    """Lets rows through to TorchServe, first come first served.

    What TorchServe has accepted it will run, whether or not anybody still waits for the
    answer. So only as many rows are sent as its workers can start soon. The others wait
    here, where a cancelled one vanishes without having cost anything.
    """

    def __init__(self, *, limit: int, max_waiting: int) -> None:
        self.limit = limit
        self._max_waiting = max_waiting
        self._running: set[asyncio.Task[Any]] = set()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._num_granted = 0

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

    async def run(self, send: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Wait for a turn, then send.

        Cancelling the wait gives the turn up. Cancelling later abandons the answer, but
        the place stays taken until TorchServe has answered.
        """
        await self._turn()
        task = asyncio.get_running_loop().create_task(send())
        self._num_granted -= 1
        self._running.add(task)
        task.add_done_callback(self._finished)
        return await asyncio.shield(task)

    async def _turn(self) -> None:
        if not self._waiting and self._has_room():
            self._num_granted += 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self._num_granted -= 1
                self._let_in()
            elif turn in self._waiting:
                self._waiting.remove(turn)
            raise

    def _has_room(self) -> bool:
        return len(self._running) + self._num_granted < self.limit

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # Nobody else asks when the answer was abandoned.
        self._let_in()

    def _let_in(self) -> None:
        while self._waiting and self._has_room():
            turn = self._waiting.popleft()
            if not turn.cancelled():
                self._num_granted += 1
                turn.set_result(None)
