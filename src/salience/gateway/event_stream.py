"""Streams over HTTP: server-sent events.

Each reply is an event `sentence`, its data the proto3 JSON form. The last event is `done`,
or `error` with the problem details when the call failed halfway.
"""

import asyncio
import json

from aiohttp import web
from google.protobuf.message import Message

from salience.errors import Cancelled
from salience.gateway.call_context import REQUEST_ID_HEADER
from salience.gateway.json_form import to_json
from salience.gateway.problem_details import problem
from salience.gateway.status_details import CallFailed

REQUEST_ID = web.RequestKey("REQUEST_ID", str)
"""Under which a request knows its id."""


class EventStream:
    """The response to a request; it begins with the first reply."""

    def __init__(self, request: web.Request) -> None:
        self._request = request
        self._response = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream",
                "Cache-Control": "no-cache",
                REQUEST_ID_HEADER: request[REQUEST_ID],
            }
        )

    async def send(self, reply: Message) -> None:
        """Send a reply; waits while the peer does not read."""
        try:
            await asyncio.shield(self._writing("sentence", to_json(reply)))
        except ConnectionError as error:
            raise Cancelled("the caller left") from error

    async def done(self) -> web.StreamResponse:
        """Say that there was all."""
        return await self._end("done", "{}")

    async def broken(self, failure: CallFailed) -> web.StreamResponse:
        """Say what went wrong; raises it while nothing has been sent yet."""
        if not self._response.prepared:
            raise failure
        return await self._end("error", json.dumps(problem(failure.status), ensure_ascii=False))

    async def _end(self, name: str, data: str) -> web.StreamResponse:
        """Without waiting for the peer: it has as long to read this as after any other call."""
        await asyncio.wait([self._writing(name, data)], timeout=0)
        return self._response

    def _writing(self, name: str, data: str) -> asyncio.Task[None]:
        """Apart from who waits for it: aiohttp's own wait, once cancelled, breaks its next one."""
        writing = asyncio.create_task(self._write(name, data))
        writing.add_done_callback(lambda written: written.cancelled() or written.exception())
        return writing

    async def _write(self, name: str, data: str) -> None:
        if not self._response.prepared:
            await self._response.prepare(self._request)
        await self._response.write(f"event: {name}\ndata: {data}\n\n".encode())
