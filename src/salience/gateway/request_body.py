"""What an HTTP request carries: JSON, a form with files, or the parameters of its address."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from aiohttp import web
from aiohttp.hdrs import CONTENT_ENCODING, CONTENT_TYPE
from google.protobuf.message import Message

from salience.gateway.content_types import FORM
from salience.gateway.form_data import from_form, read_form
from salience.gateway.held_body import hold_body
from salience.gateway.held_bytes import Hold
from salience.gateway.http_refusal import body_too_long, body_too_slow, not_taken
from salience.gateway.json_form import from_json
from salience.gateway.long_parses import LongParses
from salience.gateway.methods import Method


class RequestBodies:
    """Reads requests; their bytes are held as they come, not as they are announced."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.parses = LongParses()

    async def message(self, request: web.Request, method: Method, hold: Hold) -> Message:
        """The message of a request. Raises InvalidInput, Overloaded or HttpRefusal."""
        if method.http_verb != "POST":
            parameters = json.dumps({**request.query, **request.match_info}).encode()
            return from_json(method.request_type, parameters)
        if request.content_type not in method.content_types:
            accepted = " or ".join(method.content_types)
            raise not_taken(CONTENT_TYPE, f"the content type is not {accepted}")
        if request.content_type == FORM:
            async with self._arriving(request, hold):
                form = await read_form(request, hold)
            return from_form(method.request_type, form)
        body = await self.read(request, hold)
        return await self.parses.run(partial(from_json, method.request_type, body), len(body), hold)

    async def read(self, request: web.Request, hold: Hold) -> bytes:
        """All of the body. Raises InvalidInput, Overloaded or HttpRefusal."""
        body = bytearray()
        async with self._arriving(request, hold):
            async for chunk in request.content.iter_any():
                body += chunk
                hold_body(request, hold)
        return bytes(body)

    @asynccontextmanager
    async def _arriving(self, request: web.Request, hold: Hold) -> AsyncIterator[None]:
        """For the block that reads a body, which is refused before where its head says enough."""
        if request.headers.get(CONTENT_ENCODING, "identity").lower() != "identity":
            raise not_taken(CONTENT_ENCODING, "a compressed body is not taken")
        _expect_body(request, hold)
        try:
            async with asyncio.timeout(self._seconds):
                yield
        except TimeoutError:
            raise body_too_slow(self._seconds) from None


def _expect_body(request: web.Request, hold: Hold) -> None:
    """One that does not say its length is counted as it comes."""
    announced = request.content_length or 0
    if announced > request.client_max_size:
        raise body_too_long(request)
    hold.expect(announced)
