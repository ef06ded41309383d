"""How much of a model's work is under way, and how much may wait."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, NamedTuple, TypeVar

from salience.errors import ModelNotReady, Overloaded

T = TypeVar("T")

_RETRY_SECONDS = 1.0


class _Turn(NamedTuple):
    """A row that waits."""

    granted: asyncio.Future[None]
    size: int


class Admission:
    """Lets rows through to TorchServe, first come first served.

    What TorchServe has accepted it will run, whether or not anybody still waits for the
    answer. So only as much is sent as its workers can start soon: at most `max_rows` at a
    time, with `max_size` characters or bytes together, though a longer row may go alone. The
    others wait here, where a cancelled one vanishes without having cost anything. While it is
    closed nothing is sent, and a row waits for `patience_seconds` at most.
    """

    def __init__(
        self, *, max_rows: int, max_size: int, max_waiting: int, patience_seconds: float
    ) -> None:
        self._patience_seconds = patience_seconds
        self._opened = asyncio.Event()
        self._opened.set()
        self._num_held = 0
        self.max_rows = max_rows
        self.max_size = max_size
        self._max_waiting = max_waiting
        self._running: set[asyncio.Task[Any]] = set()
        self._waiting: deque[_Turn] = deque()
        self._num_granted = 0
        self._size = 0

    @property
    def num_waiting(self) -> int:
        """Rows that wait to be sent."""
        return len(self._waiting) + self._num_held

    @property
    def num_running(self) -> int:
        """Rows that were sent and not answered yet."""
        return len(self._running)

    def open(self) -> None:
        """Send what waits, and what comes."""
        self._opened.set()

    def close(self) -> None:
        """Hold back what comes: there is no worker, but one is starting."""
        self._opened.clear()

    def refuse_when_full(self, num_rows: int) -> None:
        """Raise Overloaded when `num_rows` more would have to wait too long.

        A call of any size is taken when nobody waits.
        """
        if self.num_waiting and self.num_waiting + num_rows > self._max_waiting:
            raise Overloaded(
                "more work is waiting than will be finished soon", retry_seconds=_RETRY_SECONDS
            )

    async def run(self, send: Callable[[], Coroutine[Any, Any, T]], *, size: int) -> T:
        """Wait for a turn, then send a row of that size. Raises ModelNotReady when it is closed.

        Cancelling the wait gives the turn up. Cancelling later abandons the answer, but
        the place stays taken until TorchServe has answered.
        """
        if not self._opened.is_set():
            await self._until_open()
        await self._turn(size)
        task = asyncio.get_running_loop().create_task(send())
        self._num_granted -= 1
        self._running.add(task)
        task.add_done_callback(partial(self._finished, size))
        return await asyncio.shield(task)

    async def _until_open(self) -> None:
        self._num_held += 1
        try:
            async with asyncio.timeout(self._patience_seconds):
                await self._opened.wait()
        except TimeoutError:
            raise ModelNotReady("the model is restarting", retry_seconds=_RETRY_SECONDS) from None
        finally:
            self._num_held -= 1

    async def _turn(self, size: int) -> None:
        if not self._waiting and self._has_room(size):
            self._grant(size)
            return
        turn = _Turn(asyncio.get_running_loop().create_future(), size)
        self._waiting.append(turn)
        try:
            await turn.granted
        except asyncio.CancelledError:
            if not turn.granted.cancelled():
                self._num_granted -= 1
                self._leave(size)
            elif turn in self._waiting:
                self._waiting.remove(turn)
                self._let_in()
            raise

    def _has_room(self, size: int) -> bool:
        num_rows = len(self._running) + self._num_granted
        fits = self._size + size <= self.max_size
        return num_rows == 0 or (num_rows < self.max_rows and fits)

    def _grant(self, size: int) -> None:
        self._num_granted += 1
        self._size += size

    def _finished(self, size: int, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # Nobody else asks when the answer was abandoned.
        self._leave(size)

    def _leave(self, size: int) -> None:
        self._size -= size
        self._let_in()

    def _let_in(self) -> None:
        while self._waiting and self._has_room(self._waiting[0].size):
            turn = self._waiting.popleft()
            if not turn.granted.cancelled():
                self._grant(turn.size)
                turn.granted.set_result(None)
