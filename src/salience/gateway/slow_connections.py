"""Ending HTTP connections on which nothing moves: aiohttp would wait for ever."""

import asyncio
import time
from functools import partial

from aiohttp import web
from aiohttp.typedefs import Handler
from aiohttp.web_protocol import RequestHandler

from salience.gateway.settings import GatewaySettings

_LONGEST_PAUSE_SECONDS = 1.0


class SlowConnections:
    """Closes a connection whose next request does not come in time.

    While a call is being answered its own limits hold. Afterwards its peer has
    `idle_seconds` to read the answer and to ask again.
    """

    def __init__(self, settings: GatewaySettings) -> None:
        self._head_seconds = settings.head_seconds
        self._idle_seconds = settings.idle_seconds
        self._busy: set[RequestHandler] = set()
        self._deadlines: dict[RequestHandler, float] = {}
        self.busy_with = web.middleware(partial(self._busy_with))
        """The middleware that notes which connections have a call."""

    async def watch(self, *runners: web.AppRunner) -> None:
        """Look at the connections of servers again and again."""
        pause = min(_LONGEST_PAUSE_SECONDS, self._head_seconds / 4)
        while True:
            await asyncio.sleep(pause)
            servers = [runner.server for runner in runners if runner.server is not None]
            self._look([connection for server in servers for connection in server.connections])

    def _look(self, open_connections: list[RequestHandler]) -> None:
        now = time.monotonic()
        self._deadlines = {
            connection: self._deadlines.get(connection, now + self._head_seconds)
            for connection in open_connections
        }
        for connection, deadline in self._deadlines.items():
            if now > deadline and connection not in self._busy and connection.transport:
                connection.transport.abort()

    async def _busy_with(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        connection = request.protocol
        self._busy.add(connection)
        try:
            return await handler(request)
        finally:
            self._busy.discard(connection)
            self._deadlines[connection] = time.monotonic() + self._idle_seconds
