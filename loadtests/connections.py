"""Open connections to a service, over gRPC and HTTP, as `Identity` says who calls.

Each yields what sends the encoded request of one task and returns the encoded reply.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeAlias

import aiohttp
import grpc

from loadtests.bench.questions import Task
from salience.client.identity import Identity

Send: TypeAlias = Callable[[bytes], Awaitable[bytes]]


def http_url(address: str, identity: Identity) -> str:
    """Of a service that listens at `host:port`."""
    return f"{'https' if identity.tls else 'http'}://{address}"


def grpc_channel(address: str, identity: Identity) -> grpc.Channel:
    """For callers in threads and greenlets."""
    if identity.tls:
        return grpc.secure_channel(address, identity.tls.credentials())
    return grpc.insecure_channel(address)


@asynccontextmanager
async def connected_over_grpc(task: Task, address: str, identity: Identity) -> AsyncIterator[Send]:
    """One channel for all calls, as one client process would have."""
    tls = identity.tls
    channel = (
        grpc.aio.secure_channel(address, tls.credentials())
        if tls
        else grpc.aio.insecure_channel(address)
    )
    async with channel:
        method = channel.unary_unary(task.grpc_method, bytes, bytes)
        yield partial(method, metadata=tuple(identity.headers.items()))


@asynccontextmanager
async def connected_over_http(task: Task, address: str, identity: Identity) -> AsyncIterator[Send]:
    """As many connections as there are calls at once."""
    tls = identity.tls
    connector = aiohttp.TCPConnector(limit=0, ssl=tls.ssl_context() if tls else True)
    headers = {"Content-Type": "application/json", **identity.headers}
    url = f"{http_url(address, identity)}{task.http_path}"
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def send(body: bytes) -> bytes:
            async with session.post(url, data=body) as response:
                response.raise_for_status()
                return await response.read()

        yield send
