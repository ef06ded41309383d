"""How many bytes of requests the gateway holds at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from salience.errors import Overloaded
from salience.gateway.status_details import CallFailed
from salience.rpc_status import status_of

_RETRY_SECONDS = 1.0


class HeldBytes:
    """Bounds the memory of calls in hand: those being read, and those that wait with images."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0

    @contextmanager
    def holding(self, num_bytes: int) -> Iterator[None]:
        """Take the place of a request for the block; raises CallFailed when there is none.

        A request of any size finds one when nothing is held.
        """
        if self._held and self._held + num_bytes > self._limit:
            message = "too many large requests are in hand"
            raise CallFailed(status_of(Overloaded(message, retry_seconds=_RETRY_SECONDS)))
        self._held += num_bytes
        try:
            yield
        finally:
            self._held -= num_bytes
