"""/metrics and health on a port of this process alone, which need not be exposed with the API."""

from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from salience.gateway.health import Health
from salience.gateway.health_routes import add_health_routes
from salience.gateway.metrics import GatewayMetrics
from salience.gateway.registry import Registry
from salience.gateway.settings import GatewaySettings
from salience.gateway.slow_connections import SlowConnections
from salience.metrics.folder import MetricsFolder


def build_metrics_app(
    metrics: GatewayMetrics,
    health: Health,
    registry: Registry,
    connections: SlowConnections,
    settings: GatewaySettings,
) -> web.Application:
    """The metrics of the gateway, and of workers and supervisor where their folder is known."""
    if settings.worker_metrics_dir is not None:
        metrics.registry.register(MetricsFolder(settings.worker_metrics_dir))

    async def scrape(request: web.Request) -> web.Response:
        return web.Response(
            body=generate_latest(metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    app = web.Application(middlewares=[connections.busy_with])
    app.router.add_get("/metrics", scrape)
    add_health_routes(app, health, registry)
    return app
