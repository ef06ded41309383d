"""/metrics on a port of its own, so that it need not be exposed with the API."""

from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from salience.gateway.metrics import GatewayMetrics
from salience.gateway.settings import GatewaySettings
from salience.metrics.folder import MetricsFolder


def build_metrics_app(metrics: GatewayMetrics, settings: GatewaySettings) -> web.Application:
    """The metrics of the gateway, and of workers and supervisor where their folder is known."""
    if settings.worker_metrics_dir is not None:
        metrics.registry.register(MetricsFolder(settings.worker_metrics_dir))

    async def scrape(request: web.Request) -> web.Response:
        return web.Response(
            body=generate_latest(metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    app = web.Application()
    app.router.add_get("/metrics", scrape)
    return app
