"""How a task is asked over each protocol."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from google.protobuf.json_format import Parse

from loadtests.bench.questions import Reply, Task
from loadtests.connections import Send, connected_over_grpc, connected_over_http
from salience.client.identity import Identity

Ask: TypeAlias = Callable[[bytes], Awaitable[Reply]]


@dataclass(frozen=True)
class Protocol:
    """How to connect, and how requests and replies are encoded."""

    connected: Callable[[Task, str, Identity], AbstractAsyncContextManager[Send]]
    request: Callable[[Task, Any], bytes]
    reply: Callable[[Task, bytes], Reply]

    @asynccontextmanager
    async def asking(self, task: Task, address: str, identity: Identity) -> AsyncIterator[Ask]:
        """What sends a request and reads its reply, over connections that stay open."""
        async with self.connected(task, address, identity) as send:

            async def ask(body: bytes) -> Reply:
                return self.reply(task, await send(body))

            yield ask

    def requests(self, task: Task) -> list[bytes]:
        """Of each of the task's items."""
        return [self.request(task, item) for item in task.items()]


PROTOCOLS: Mapping[str, Protocol] = {
    "grpc": Protocol(
        connected_over_grpc,
        lambda task, item: task.request([item]).SerializeToString(),
        lambda task, reply: task.reply_class.FromString(reply),
    ),
    "http": Protocol(
        connected_over_http,
        lambda task, item: task.json_request([item]),
        lambda task, reply: Parse(reply, task.reply_class()),
    ),
}
