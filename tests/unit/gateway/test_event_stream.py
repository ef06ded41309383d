"""A stream over HTTP whose peer does not read: its connection stays one that can be ended."""

import asyncio

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from salience.gateway.event_stream import REQUEST_ID, EventStream
from salience.gateway.json_form import to_json
from salience.v1.translation_pb2 import TranslateStreamReply

SECONDS = 0.2
MORE_THAN_SOCKETS_HOLD = 32 << 20
AIOHTTP_WRITES_AHEAD = 64 << 10
FRAMES = len(b"event: sentence\ndata: \n\n") + len(b"ffff\r\n\r\n")


def test_the_last_event_may_be_the_one_that_has_to_wait() -> None:
    assert asyncio.run(_can_be_ended())


async def _can_be_ended() -> bool:
    """All that fits without waiting is written before the last event, which does not fit.

    aiohttp would let go of a connection whose wait was cancelled, and close it once all is
    read, which may be never.
    """
    streams: list[web.Request] = []
    over = asyncio.Event()

    async def stream(request: web.Request) -> web.StreamResponse:
        streams.append(request)
        request[REQUEST_ID] = "1"
        events = EventStream(request)
        try:
            async with asyncio.timeout(SECONDS):
                await events.send(_reply(MORE_THAN_SOCKETS_HOLD))
        except TimeoutError:
            await events.send(_reply(AIOHTTP_WRITES_AHEAD - FRAMES - len(to_json(_reply(0)))))
            return await events.done()
        finally:
            over.set()
        raise AssertionError("the peer read in time")

    app = web.Application()
    app.router.add_get("/", stream)
    async with (
        TestServer(app) as server,
        ClientSession(read_bufsize=1024) as session,
        session.get(server.make_url("/")),
    ):
        await asyncio.wait_for(over.wait(), 20)
        await asyncio.sleep(SECONDS)
        protocol = streams[0].protocol
        connected = protocol.connected
        if protocol.transport is not None:
            protocol.transport.abort()
        return connected


def _reply(num_characters: int) -> TranslateStreamReply:
    reply = TranslateStreamReply()
    reply.translation.text = "x" * num_characters
    return reply
