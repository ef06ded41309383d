"""One small call over and over, over an open connection of each protocol."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeAlias

import aiohttp
import grpc

from loadtests.guarded_gateways import Gateway
from salience.v1.entities_pb2 import RecognizeEntitiesRequest
from salience.v1.entities_pb2_grpc import EntityServiceStub

Call: TypeAlias = Callable[[], Awaitable[None]]

_TEXT = "Ada met Charles in London."


@asynccontextmanager
async def _grpc_call(gateway: Gateway) -> AsyncIterator[Call]:
    target = f"localhost:{gateway.grpc_port}"
    guards = gateway.guards
    request = RecognizeEntitiesRequest(texts=[_TEXT])
    metadata = [("authorization", guards.authorization)] if guards.authorization else []
    if guards.authorization:
        credentials = grpc.ssl_channel_credentials(guards.ca.read_bytes())
        channel = grpc.aio.secure_channel(target, credentials)

    else:
        channel = grpc.aio.insecure_channel(target)
    async with channel:
        recognize = EntityServiceStub(channel).RecognizeEntities

        async def call() -> None:
            await recognize(request, metadata=metadata)

        yield call


@asynccontextmanager
async def _http_call(gateway: Gateway) -> AsyncIterator[Call]:
    guards = gateway.guards
    scheme, headers, context = "http", {}, None
    if guards.authorization:
        scheme, headers = "https", {"authorization": guards.authorization}
        context = ssl.create_default_context(cafile=guards.ca)
    url = f"{scheme}://localhost:{gateway.http_port}/v1/entities"
    connector = aiohttp.TCPConnector(ssl=context if context else True)
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def call() -> None:
            async with session.post(url, json={"texts": [_TEXT]}) as response:
                response.raise_for_status()
                await response.read()

        yield call


PROTOCOLS: Mapping[str, Callable[[Gateway], AbstractAsyncContextManager[Call]]] = {
    "gRPC": _grpc_call,
    "HTTP": _http_call,
}
