"""Receiving the messages of gRPC calls: in time, and counted when they come slowly.

A handler of one message is called when gRPC's server has all of it, for which it would wait for
ever. One of a stream is called first, and asks for it.
"""

import asyncio
from typing import Any

import grpc

from salience.errors import Cancelled, DeadlineExceeded, Overloaded
from salience.gateway.held_bytes import Hold
from salience.gateway.settings import GatewaySettings

BYTES_TO_REFUSE = 4 * 2**20
"""By which a message may be over the limit to be told so by us: gRPC gives no details."""

_PROMPT_SHARE = 1 / 30
"""Of the time there is, a second of half a minute: nearly all messages have come by then."""
_TIMES_IN_MEMORY = 4
"""What `max_held_bytes` allows for; a message on its way is there once."""


class GrpcMessages:
    """Receives them. How much has come gRPC does not tell: a slow one counts as the longest."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._seconds = settings.body_seconds
        self._prompt_seconds = settings.body_seconds * _PROMPT_SHARE
        self._slow_bytes = (settings.max_request_bytes + BYTES_TO_REFUSE) // _TIMES_IN_MEMORY

    async def next_of(self, rpc: "grpc.aio.ServicerContext[bytes, Any]", hold: Hold) -> bytes:
        """The next message of a call, which nothing is held for once it is there.

        Raises DeadlineExceeded; Overloaded when it is slow and there is no room for it; Cancelled
        when there is none.
        """
        try:
            async with asyncio.timeout(self._seconds) as limit:
                slow = asyncio.get_running_loop().call_later(
                    self._prompt_seconds, self._hold_slow, hold, limit
                )
                try:
                    message = await rpc.read()
                finally:
                    slow.cancel()
        except TimeoutError:
            hold.grow_to(self._slow_bytes)  # Raises when it ended for want of room.
            explanation = f"the message did not arrive within {self._seconds:g} seconds"
            raise DeadlineExceeded(explanation) from None
        if not isinstance(message, bytes):  # It is the mark that gRPC has for the end.
            raise Cancelled("the call ended without a message")
        hold.shrink_to(0)
        return message

    def _hold_slow(self, hold: Hold, limit: asyncio.Timeout) -> None:
        try:
            hold.grow_to(self._slow_bytes)
        except Overloaded:
            limit.reschedule(0)  # At once.
