"""The gateway put together: both transports, the metrics and the watch over the models."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass

import grpc
from aiohttp import web, web_response, web_server

from salience.addresses import with_port
from salience.gateway.access.authentication import Authentication, ByApiKey, Open
from salience.gateway.access.key_ring import KeyRing
from salience.gateway.broken_http import HttpConnection
from salience.gateway.core import Core
from salience.gateway.grpc_server import build_grpc_server
from salience.gateway.health import Health
from salience.gateway.held_bytes import HeldBytes
from salience.gateway.http_app import build_http_app
from salience.gateway.item_calls import ItemCalls
from salience.gateway.methods import Backends
from salience.gateway.metrics import GatewayMetrics
from salience.gateway.metrics_app import build_metrics_app
from salience.gateway.readiness import ReadinessMonitor
from salience.gateway.registry import Registry
from salience.gateway.row_metrics import RowMetrics
from salience.gateway.settings import GatewaySettings
from salience.gateway.slow_connections import SlowConnections
from salience.gateway.tls.server_tls import ServerTls
from salience.gateway.torchserve import TorchServe
from salience.gateway.tracing import StartTrace, untraced

# What every response says it is from, those to broken HTTP included, which no application
# sees; aiohttp would tell its own version and Python's.
web_response.SERVER_SOFTWARE = "salience"  # type: ignore[attr-defined]
web_server.RequestHandler = HttpConnection  # type: ignore[attr-defined]

# For replies that are ready to be on their way, once no call is in flight, and for calls that
# were on theirs when there was still somebody to take them.
_LAST_WORDS_SECONDS = 0.5


@dataclass(frozen=True)
class Ports:
    """Where a running gateway listens."""

    http: int
    grpc: int
    metrics: int


@asynccontextmanager
async def running_gateway(
    settings: GatewaySettings, start_trace: StartTrace = untraced
) -> AsyncIterator[Ports]:
    """Serve inside the `async with` block; leaving it drains, then stops."""
    tls = ServerTls(settings.tls) if settings.tls else None
    metrics = GatewayMetrics()
    if tls:
        metrics.show_certificate_expiry(lambda: tls.identity().expires_at)
    registry = Registry(settings, metrics)
    metrics.registry.register(RowMetrics(registry))
    health = Health(registry)
    torchserve = TorchServe(
        torchserve_url=settings.torchserve_url,
        management_url=settings.management_url,
        timeout_seconds=settings.timeout_seconds,
    )
    calls = ItemCalls(registry, torchserve, metrics, settings)
    backends = Backends(calls, registry, lambda: health.is_ready)
    held = HeldBytes(settings.share(settings.max_held_bytes))
    authentication = _authentication(settings)
    core = Core(backends, metrics, held, authentication, start_trace, settings.max_reply_bytes)
    connections = SlowConnections(settings)
    http_runner = _runner(build_http_app(core, health, registry, connections, settings), settings)
    metrics_runner = _runner(
        build_metrics_app(metrics, health, registry, connections, settings), settings
    )
    grpc_server = build_grpc_server(core, health, settings)
    await health.publish()
    async with (
        torchserve,
        _running(
            ReadinessMonitor(registry, torchserve, settings, on_change=health.publish).run(),
            connections.watch(http_runner, metrics_runner),
        ),
    ):
        try:
            yield Ports(
                metrics=await _listen(metrics_runner, settings.host, settings.metrics_port),
                http=await _listen(
                    http_runner,
                    settings.host,
                    settings.http_port,
                    shared=settings.gateways > 1,
                    tls=tls,
                ),
                grpc=await _listen_grpc(grpc_server, settings, tls),
            )
            await health.drain()
            await asyncio.sleep(settings.drain_seconds)
        finally:
            core.refuse_new_calls()
            await asyncio.gather(
                _stop_http(http_runner, core, settings),
                _stop_grpc(grpc_server, core, settings.shutdown_seconds),
            )
            await metrics_runner.cleanup()


def _authentication(settings: GatewaySettings) -> Authentication:
    if settings.api_keys is None:
        return Open()
    return ByApiKey(KeyRing(settings.api_keys, num_gateways=settings.gateways))


@asynccontextmanager
async def _running(*works: Coroutine[None, None, None]) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:  # Should one of them break, so does the block.
        tasks = [group.create_task(work) for work in works]
        yield
        for task in tasks:
            task.cancel()


def _runner(app: web.Application, settings: GatewaySettings) -> web.AppRunner:
    return web.AppRunner(
        app,
        access_log=None,
        auto_decompress=False,  # A short body would unfold to one of any length.
        handler_cancellation=True,
        shutdown_timeout=settings.shutdown_seconds,
    )


async def _listen(
    runner: web.AppRunner,
    host: str,
    port: int,
    *,
    shared: bool = False,
    tls: ServerTls | None = None,
) -> int:
    await runner.setup()
    context = tls.http_context() if tls else None
    await web.TCPSite(runner, host, port, ssl_context=context, reuse_port=shared).start()
    listening: int = runner.addresses[0][1]
    return listening


async def _listen_grpc(
    server: grpc.aio.Server, settings: GatewaySettings, tls: ServerTls | None
) -> int:
    address = with_port(settings.host, settings.grpc_port)
    if tls:
        port = server.add_secure_port(address, tls.grpc_credentials())
    else:
        port = server.add_insecure_port(address)
    await server.start()
    return port


async def _stop_http(runner: web.AppRunner, core: Core, settings: GatewaySettings) -> None:
    """Keep the connections there are until no call is in flight: their next ones are refused."""
    for site in list(runner.sites):
        await site.stop()
    await core.wait_until_idle(settings.shutdown_seconds)
    await asyncio.sleep(min(_LAST_WORDS_SECONDS, settings.drain_seconds))
    await runner.cleanup()


async def _stop_grpc(server: grpc.aio.Server, core: Core, grace_seconds: float) -> None:
    stopped = asyncio.create_task(server.stop(grace_seconds))
    await core.wait_until_idle(grace_seconds)
    await server.stop(_LAST_WORDS_SECONDS)  # Watchers of the health service never leave.
    await stopped
