"""`salience serve`."""

from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import ValidationError

from salience.addresses import with_port
from salience.cli.examples import examples
from salience.cli.exit_codes import FAILED
from salience.client import Client
from salience.gateway.access.key_file import BadKeyFile, read_keys
from salience.gateway.first_fault import first_fault
from salience.gateway.settings import GatewaySettings
from salience.gateway.tls.tls_files import BadTlsFiles
from salience.logs import LogFormat
from salience.supervisor import SupervisorSettings
from salience.supervisor import serve as supervise
from salience.supervisor.preflight import CannotServe

Settings = TypeVar("Settings", SupervisorSettings, GatewaySettings)


def serve(  # noqa: PLR0913  a command's parameters are its options
    *,
    models: Annotated[
        str | None, typer.Option(metavar="A,B,…", help="Only these; default: every archive.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Per model; default: one a core, if memory allows.")
    ] = None,
    archives: Annotated[Path | None, typer.Option(help="The folder of .mar files.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    http_port: Annotated[int | None, typer.Option()] = None,
    grpc_port: Annotated[int | None, typer.Option()] = None,
    metrics_port: Annotated[int | None, typer.Option()] = None,
) -> None:
    """Start TorchServe and the gateway, and stay until Ctrl-C.

    Options left out come from the environment (SALIENCE_WORKERS_PER_MODEL, SALIENCE_HOST, …).
    """
    given = {
        "models": models and [name.strip() for name in models.split(",")],
        "workers_per_model": workers,
        "archives": archives,
        "host": host,
        "http_port": http_port,
        "grpc_port": grpc_port,
        "metrics_port": metrics_port,
    }
    given = {name: value for name, value in given.items() if value is not None}
    settings = _settings(SupervisorSettings, given)
    try:
        is_guarded = settings.with_gateway and _is_guarded(settings)
        on_ready = partial(_say_ready, settings, is_guarded=is_guarded)
        raise typer.Exit(supervise(settings, on_ready=on_ready))
    except (CannotServe, BadKeyFile, BadTlsFiles) as error:
        typer.echo(f"salience: {error}", err=True)
        raise typer.Exit(FAILED) from error


def _settings(kind: type[Settings], given: dict[str, Any]) -> Settings:
    try:
        return kind(**given)
    except ValidationError as error:
        raise typer.BadParameter(first_fault(error)) from error


def _is_guarded(settings: SupervisorSettings) -> bool:
    """Whether the gateway asks for keys or speaks TLS.

    Raises now, and not in a loop of restarts, what it would: BadKeyFile, BadTlsFiles.
    """
    gateway = _settings(GatewaySettings, {"host": settings.host})
    if gateway.api_keys is not None:
        read_keys(gateway.api_keys)
    if gateway.tls is not None:
        gateway.tls.read()
    return gateway.api_keys is not None or gateway.tls is not None


def _say_ready(settings: SupervisorSettings, *, is_guarded: bool) -> None:
    """Say how to call the models there are, unless nobody reads it."""
    if settings.log_format is LogFormat.JSON:
        return
    if not settings.with_gateway:
        typer.echo("Ready for a gateway.")
        return
    if is_guarded:
        typer.echo("\nReady, for callers as docs/access.md says. Ctrl-C stops.")
        return
    with Client(with_port(settings.host, settings.grpc_port)) as client:
        models = client.list_models()
    typer.echo(f"\nReady: {', '.join(model.name for model in models)}. Try, in another terminal:\n")
    for example in examples(models, http_port=settings.http_port, grpc_port=settings.grpc_port):
        typer.echo(f"  {example}\n")
    typer.echo("Ctrl-C stops.")
