"""Streams over HTTP: server-sent events.

Each reply is an event `sentence`, its data the proto3 JSON form. The last event is `done`,
or `error` with the problem details when the call failed halfway.
"""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing

from aiohttp import web
from google.protobuf.message import Message

from salience.gateway.call_context import REQUEST_ID_HEADER
from salience.gateway.json_form import to_json
from salience.gateway.problem_details import problem
from salience.gateway.status_details import CallFailed

REQUEST_ID = web.RequestKey("REQUEST_ID", str)
"""Under which a request knows its id."""


async def send_events(
    request: web.Request, replies: AsyncGenerator[Message, None]
) -> web.StreamResponse:
    """Send replies as they come. Raises CallFailed while nothing has been sent yet."""
    async with aclosing(replies):
        first = await anext(replies)
        response = await _prepared(request)
        try:
            await response.write(_event("sentence", to_json(first)))
            async for reply in replies:
                await response.write(_event("sentence", to_json(reply)))
            await response.write(_event("done", "{}"))
        except CallFailed as failure:
            members = problem(failure.status)
            await response.write(_event("error", json.dumps(members, ensure_ascii=False)))
        await response.write_eof()
        return response


async def _prepared(request: web.Request) -> web.StreamResponse:
    headers = {
        "Content-Type": "text/event-stream",
        "Cache-Control": "no-cache",
        REQUEST_ID_HEADER: request[REQUEST_ID],
    }
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    return response


def _event(name: str, data: str) -> bytes:
    return f"event: {name}\ndata: {data}\n\n".encode()
