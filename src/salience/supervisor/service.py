"""The processes of the service, and how they start and stop together."""

import os
import sys
from pathlib import Path

from prometheus_client import CollectorRegistry, start_http_server

from salience.logs import LogFormat
from salience.metrics.folder import MetricsFolder
from salience.supervisor.child import Child, Command
from salience.supervisor.run_folder import RunFolder
from salience.supervisor.settings import SupervisorSettings
from salience.supervisor.torchserve_process import (
    CHATTER,
    config_properties,
    java_command,
    torchserve_environment,
)


def torchserve(settings: SupervisorSettings, folder: RunFolder) -> Child:
    """The JVM, whose children are the workers."""
    folder.metrics.mkdir()
    folder.store.mkdir()
    config = folder.path / "config.properties"
    config.write_text(config_properties(settings, store=folder.store))
    command = Command(
        words=java_command(settings, config=config, store=folder.store, scratch=folder.scratch),
        environment=torchserve_environment(folder.metrics)
        | {"SALIENCE_LOG_FORMAT": settings.log_format},
        folder=folder.path,
        chatter=CHATTER,
        json_lines=settings.log_format is LogFormat.JSON,
        prepare=folder.clear_scratch,
    )
    return Child("TorchServe", command)


def gateways(settings: SupervisorSettings, folder: RunFolder) -> list[Child]:
    """The front doors, told where everything is; the first shows the workers' metrics too."""
    environments = [
        os.environ | _gateway_settings(settings) | {"SALIENCE_METRICS_PORT": str(port)}
        for port in settings.metrics_ports
    ]
    environments[0]["SALIENCE_WORKER_METRICS_DIR"] = str(folder.metrics)
    words = [sys.executable, "-m", "salience.gateway"]
    json_lines = settings.log_format is LogFormat.JSON
    return [
        Child(f"gateway {number}", Command(words, environment, Path.cwd(), json_lines=json_lines))
        for number, environment in enumerate(environments, start=1)
    ]


def show_worker_metrics(settings: SupervisorSettings, folder: RunFolder) -> None:
    """Serve the workers' metrics where there is no gateway to do it."""
    registry = CollectorRegistry()
    registry.register(MetricsFolder(folder.metrics))
    start_http_server(settings.metrics_port, addr=settings.host, registry=registry)


def _gateway_settings(settings: SupervisorSettings) -> dict[str, str]:
    values = {
        "host": settings.host,
        "http_port": settings.http_port,
        "grpc_port": settings.grpc_port,
        "gateways": settings.gateways,
        "log_format": settings.log_format,
        "torchserve_url": settings.torchserve_url,
        "management_url": settings.management_url,
    }
    return {f"SALIENCE_{name.upper()}": str(value) for name, value in values.items()}
