"""How many bytes of requests the gateway holds at once."""

from asyncio import Future
from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Any

from salience.errors import Overloaded

FREE_BYTES = 2**16
"""Of each request: a connection takes as much anyway, and small calls always find room."""

_LARGEST_SHARE = 0.75
_RETRY_SECONDS = 1.0


class HeldBytes:
    """Bounds the memory of calls in hand: those being read, and those that wait with images.

    A caller has at most three quarters of what the others leave; a call has, where nobody is
    asked who calls. Whoever holds all it can get keeps no other out.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._held_by: Counter[Hashable] = Counter()

    @contextmanager
    def holding(self, key_id: str) -> Iterator["Hold"]:
        """What is held in the block is let go after it, or after the work that needs it yet."""
        hold = Hold(self, key_id)
        try:
            yield hold
        finally:
            if hold.work is None or hold.work.done():
                self._let_go(hold)
            else:
                hold.work.add_done_callback(lambda _: self._let_go(hold))

    def require(self, hold: "Hold", more_bytes: int) -> None:
        """Raises Overloaded when there is no room; a call has any when nothing else is held."""
        if more_bytes <= 0:
            return
        own = self._held_by[hold.owner]
        left_by_others = self._limit - (self._held - own)
        if self._held > hold.num_bytes and own + more_bytes > _LARGEST_SHARE * left_by_others:
            message = "too many large requests are in hand"
            raise Overloaded(message, retry_seconds=_RETRY_SECONDS)

    def add(self, hold: "Hold", more_bytes: int) -> None:
        """Count so many more."""
        hold.num_bytes += more_bytes
        self._held += more_bytes
        self._held_by[hold.owner] += more_bytes

    def _let_go(self, hold: "Hold") -> None:
        self.add(hold, -hold.num_bytes)
        if not self._held_by[hold.owner]:
            del self._held_by[hold.owner]


class Hold:
    """What a call holds of its request."""

    def __init__(self, room: HeldBytes, key_id: str) -> None:
        self.owner: Hashable = key_id or self
        self.num_bytes = 0
        """Those that count."""
        self.work: Future[Any] | None = None
        """What needs them even when the call has ended."""
        self._room = room

    def expect(self, request_bytes: int) -> None:
        """Raises Overloaded when a request of that size finds no room now."""
        self._room.require(self, self._missing(request_bytes))

    def grow_to(self, request_bytes: int) -> None:
        """Hold that much of the request. Raises Overloaded when there is no room."""
        missing = self._missing(request_bytes)
        if missing > 0:
            self._room.require(self, missing)
            self._room.add(self, missing)

    def shrink_to(self, request_bytes: int) -> None:
        """Hold no more than that of the request."""
        self._room.add(self, min(0, self._missing(request_bytes)))

    def _missing(self, request_bytes: int) -> int:
        return max(0, request_bytes - FREE_BYTES) - self.num_bytes
