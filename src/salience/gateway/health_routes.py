"""/healthz and /readyz, of the API's port and of the metrics'."""

from functools import partial

from aiohttp import web

from salience.gateway.health import Health
from salience.gateway.registry import Registry
from salience.v1.models_pb2 import Readiness


def add_health_routes(app: web.Application, health: Health, registry: Registry) -> None:
    """Answer whoever asks whether this process lives, and whether it should be sent calls."""
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/readyz", partial(_readyz, health, registry))


async def _healthz(request: web.Request) -> web.Response:
    """The process is alive and its event loop turns."""
    return web.json_response({"status": "alive"})


async def _readyz(health: Health, registry: Registry, request: web.Request) -> web.Response:
    """200 when every model has proved that it answers, and the gateway is not stopping."""
    models = {served.name: Readiness.Name(served.readiness) for served in registry.models()}
    body = {"ready": health.is_ready, "models": models}
    return web.json_response(body, status=200 if health.is_ready else 503)
