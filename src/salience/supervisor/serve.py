"""The whole service, from the command that starts it to the signal that ends it."""

import asyncio
import logging
import sys
from collections.abc import Callable
from functools import partial

from salience.logs import LogFormat, configure_logs
from salience.supervisor.archive_digests import read_digests
from salience.supervisor.autoscaler import Autoscaler
from salience.supervisor.child import Child
from salience.supervisor.gateway_load import GatewayLoad
from salience.supervisor.management import Management
from salience.supervisor.model_keeper import ModelKeeper
from salience.supervisor.preflight import archives_to_serve, check_ports
from salience.supervisor.run_folder import RunFolder, new_run_folder
from salience.supervisor.service import gateways, show_worker_metrics, torchserve
from salience.supervisor.settings import SupervisorSettings
from salience.supervisor.silence_watch import SilenceWatch
from salience.supervisor.supervisor import Supervisor
from salience.supervisor.worker_count import default_workers
from salience.supervisor.worker_watch import WorkerWatch
from salience.worker.archive_check import Trusted, unpack_archive

_METRICS_SECONDS = 1.0

_LOG = logging.getLogger(__name__)


def serve(
    settings: SupervisorSettings,
    *,
    on_ready: Callable[[], None] = lambda: None,
) -> int:
    """Run the whole service until SIGTERM or Ctrl-C; the exit status.

    `on_ready` is called once, when every model has answered a request. A second signal
    stops without waiting for the requests in flight.

    Raises:
        CannotServe: there is nothing to serve, or a port is taken.
    """
    configure_logs(settings.log_format)
    trusted = read_digests(settings.archive_digests) if settings.archive_digests else None
    archives = archives_to_serve(settings.archives, settings.models, trusted)
    check_ports(settings)
    with new_run_folder() as folder:
        return asyncio.run(_supervise(settings, folder, archives, trusted, on_ready))


async def _supervise(
    settings: SupervisorSettings,
    folder: RunFolder,
    archives: dict[str, str],
    trusted: Trusted,
    on_ready: Callable[[], None],
) -> int:
    report = _progress(settings.log_format)
    torchserve_child = torchserve(settings, folder)
    gateway_children = gateways(settings, folder) if settings.with_gateway else []
    if not settings.with_gateway:
        show_worker_metrics(settings, folder)
    async with Management(settings.management_url) as management:
        keeper = ModelKeeper(
            management=management,
            archives=archives,
            workers=_first_workers(settings, len(archives)),
            restart_seconds=settings.model_restart_seconds,
            unpack=lambda name: unpack_archive(
                settings.archives / name, folder.store / name, trusted
            ),
            watch=WorkerWatch(
                stopped_seconds=settings.stopped_worker_seconds,
                max_bytes=settings.max_worker_megabytes * 2**20,
            ),
        )
        supervisor = Supervisor(settings, torchserve_child, gateway_children, keeper, report)
        torchserve_child.on_restart = partial(keeper.metrics.restarted, "torchserve_ended")
        for gateway_child in gateway_children:
            gateway_child.on_restart = partial(keeper.metrics.restarted, "gateway_ended")
        supervisor.background = (
            *(watch.run() for watch in _watches(settings, torchserve_child, gateway_children)),
            keeper.metrics.watch_gpus(),
            keeper.metrics.write(folder.own_metrics, every_seconds=_METRICS_SECONDS),
        )
        if policy := settings.scaling_policy:
            load = GatewayLoad(settings.load_urls)
            supervisor.autoscaler = Autoscaler(policy, keeper, management, load.read, report)
        return await supervisor.run(on_ready)


def _watches(
    settings: SupervisorSettings, torchserve_child: Child, gateway_children: list[Child]
) -> list[SilenceWatch]:
    """Each process, and where it answers unless it is hung."""
    urls = {f"{settings.torchserve_url}/ping": torchserve_child}
    for url, child in zip(settings.gateway_urls, gateway_children, strict=False):
        urls[f"{url}/healthz"] = child
    return [SilenceWatch(child, url, settings.silent_seconds) for url, child in urls.items()]


def _progress(log_format: LogFormat) -> Callable[[str], None]:
    """Shows progress: plainly to people, to machines as every other line."""
    if log_format is LogFormat.JSON:
        return _LOG.info
    return partial(print, file=sys.stderr, flush=True)


def _first_workers(settings: SupervisorSettings, num_models: int) -> int:
    """How many workers each model starts with."""
    if policy := settings.scaling_policy:
        return policy.bounded(settings.workers_per_model or policy.min_workers)
    return settings.workers_per_model or default_workers(num_models)
