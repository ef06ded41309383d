"""`python -m salience.gateway`: serve until SIGTERM or SIGINT, drain, exit 0."""

import asyncio
import logging
import signal
import sys

import uvloop
from pydantic import ValidationError

from salience.gateway.access.key_file import BadKeyFile
from salience.gateway.first_fault import first_fault
from salience.gateway.rollout.rollout_file import BadRolloutFile
from salience.gateway.server import running_gateway
from salience.gateway.settings import GatewaySettings
from salience.gateway.tls.tls_files import BadTlsFiles
from salience.gateway.tracing import StartTrace, TracingNotInstalled, tracing
from salience.logs import configure_logs

_LOG = logging.getLogger(__name__)


async def serve(settings: GatewaySettings, start_trace: StartTrace) -> None:
    """Serve until told to stop."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running_gateway(settings, start_trace) as ports:
        _LOG.info("http %d, grpc %d, metrics %d", ports.http, ports.grpc, ports.metrics)
        await stop.wait()
        _LOG.info("draining")


if __name__ == "__main__":
    try:
        settings = GatewaySettings()
        configure_logs(settings.log_format)
        with tracing() as start_trace:
            uvloop.run(serve(settings, start_trace))
    except ValidationError as error:
        sys.exit(f"salience: {first_fault(error)}")
    except (BadKeyFile, BadRolloutFile, BadTlsFiles, TracingNotInstalled) as error:
        sys.exit(f"salience: {error}")
