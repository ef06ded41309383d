"""`salience models`."""

from typing import Annotated

import typer

from salience.cli import options
from salience.cli.connection import client_of
from salience.cli.printing import json_line
from salience.cli.table import print_table
from salience.v1.models_pb2 import Model, Readiness, Task

HEADER = ("name", "task", "languages", "version", "engine", "device", "readiness")


def models(
    server: options.ServerOption = options.DEFAULT_SERVER,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a model.")] = False,
    timeout_seconds: options.TimeoutOption = options.DEFAULT_TIMEOUT_SECONDS,
) -> None:
    """List the models of a running service."""
    with client_of(server, timeout_seconds) as client:
        served = client.list_models()
    if as_json:
        for model in served:
            typer.echo(json_line(model))
        return
    print_table(HEADER, [_row(model) for model in served])


def _row(model: Model) -> tuple[str, ...]:
    return (
        model.name,
        Task.Name(model.task).removeprefix("TASK_").lower(),
        _languages(model),
        model.version,
        model.engine,
        model.device,
        Readiness.Name(model.readiness).removeprefix("READINESS_").lower(),
    )


def _languages(model: Model) -> str:
    sides = (model.source_languages, model.target_languages)
    return " → ".join(", ".join(languages) for languages in sides if languages)
