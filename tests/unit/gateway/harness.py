"""A real gateway before a fake TorchServe, in an event loop of its own."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any, TypeVar

import grpc
import uvloop

from salience.gateway.server import Ports, running_gateway
from salience.gateway.settings import GatewaySettings
from salience.gateway.tracing import StartTrace, untraced
from salience.v1.entities_pb2_grpc import EntityServiceStub
from salience.v1.images_pb2_grpc import ImageServiceStub
from salience.v1.models_pb2_grpc import ModelServiceStub
from salience.v1.summarization_pb2_grpc import SummarizationServiceStub
from salience.v1.translation_pb2 import TranslateRequest
from salience.v1.translation_pb2_grpc import TranslationServiceStub
from tests.unit.gateway.fake_torchserve import FakeTorchServe, running_fake

T = TypeVar("T")

PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class HttpReply:
    """A response that has been read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Harness:
    """A running gateway, the fake behind it, and clients of both transports."""

    fake: FakeTorchServe
    ports: Ports
    channel: grpc.Channel
    loop: asyncio.AbstractEventLoop

    @property
    def translation(self) -> Any:
        return TranslationServiceStub(self.channel)

    @property
    def entities(self) -> Any:
        return EntityServiceStub(self.channel)

    @property
    def summarization(self) -> Any:
        return SummarizationServiceStub(self.channel)

    @property
    def images(self) -> Any:
        return ImageServiceStub(self.channel)

    @property
    def models(self) -> Any:
        return ModelServiceStub(self.channel)

    def http(
        self,
        verb: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        port: int | None = None,
    ) -> HttpReply:
        """Ask over HTTP; a body that is not bytes is sent as JSON."""
        payload = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        sent = {"content-type": "application/json"} if payload is not None else {}
        connection = HTTPConnection("127.0.0.1", port or self.ports.http, timeout=PATIENCE_SECONDS)
        try:
            connection.request(verb, path, payload, {**sent, **(headers or {})})
            response = connection.getresponse()
            received = {name.lower(): value for name, value in response.getheaders()}
            return HttpReply(response.status, received, response.read())
        finally:
            connection.close()

    def translate(self, *texts: str, **fields: Any) -> Any:
        """Translate over gRPC from English to German."""
        timeout = fields.pop("timeout", PATIENCE_SECONDS)
        return self.translation.Translate(translate_request(*texts, **fields), timeout=timeout)

    @property
    def is_ready(self) -> bool:
        """What it says on the port that no other gateway shares."""
        return self.http("GET", "/readyz", port=self.ports.metrics).status == 200

    def metrics(self) -> str:
        return self.http("GET", "/metrics", port=self.ports.metrics).body.decode()


def translate_request(*texts: str, **fields: Any) -> TranslateRequest:
    languages = {"source_language": "en", "target_language": "de"}
    return TranslateRequest(texts=texts, **{**languages, **fields})


def translate_body(*texts: str, **fields: Any) -> dict[str, Any]:
    """The same as JSON."""
    languages = {"source_language": "en", "target_language": "de"}
    return {"texts": texts, **languages, **fields}


@contextmanager
def running_harness(
    fake: FakeTorchServe | None = None,
    *,
    wait: bool = True,
    start_trace: StartTrace = untraced,
    **settings: Any,
) -> Iterator[Harness]:
    """Run a gateway whose settings are for tests, except those given."""
    with (
        running_loop() as loop,
        _entered(loop, running_fake(fake or FakeTorchServe())) as torchserve,
    ):
        chosen = quick_settings(torchserve.url, **settings)
        with _entered(loop, running_gateway(chosen, start_trace)) as ports:
            target = f"127.0.0.1:{ports.grpc}"
            with grpc.insecure_channel(
                target, options=[("grpc.use_local_subchannel_pool", 1)]
            ) as channel:
                harness = Harness(torchserve, ports, channel, loop)
                if wait:
                    wait_until(lambda: harness.is_ready)
                yield harness


@contextmanager
def fake_in_a_thread() -> Iterator[FakeTorchServe]:
    """The fake alone, for gateways in processes of their own."""
    with running_loop() as loop, _entered(loop, running_fake(FakeTorchServe())) as fake:
        yield fake


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [taken.getsockname()[1] for taken in sockets]
    for taken in sockets:
        taken.close()
    return ports


def quick_settings(torchserve_url: str, **settings: Any) -> GatewaySettings:
    quick = {
        "torchserve_url": torchserve_url,
        "management_url": torchserve_url,
        "http_port": 0,
        "grpc_port": 0,
        "metrics_port": 0,
        "check_seconds": 0.05,
        "recheck_seconds": 0.02,
        "drain_seconds": 0.0,
        "shutdown_seconds": 5.0,
    }
    return GatewaySettings(**{**quick, **settings})


@contextmanager
def running_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop in a thread; no task outlives it."""
    loop = uvloop.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield loop
    finally:
        in_loop(loop, _end_all_others())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end_all_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def in_loop(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run_coroutine_threadsafe(work, loop).result(30)


def wait_until(condition: Callable[[], bool]) -> None:
    """Return as soon as the condition holds; fail when it does not in time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.002)


@contextmanager
def _entered(
    loop: asyncio.AbstractEventLoop, manager: AbstractAsyncContextManager[T]
) -> Iterator[T]:
    """Hold an async context manager open, entered and left by one task as it must be."""
    entered: asyncio.Future[T] = asyncio.Future(loop=loop)
    leave = asyncio.Event()

    async def hold() -> None:
        try:
            async with manager as value:
                entered.set_result(value)
                await leave.wait()
        except BaseException as error:
            if not entered.done():
                entered.set_exception(error)
            raise

    held = asyncio.run_coroutine_threadsafe(hold(), loop)

    async def wait_for_entry() -> T:
        return await entered

    try:
        yield in_loop(loop, wait_for_entry())
    finally:
        loop.call_soon_threadsafe(leave.set)
        held.result(30)
