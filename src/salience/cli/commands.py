"""The commands together, and the one place where an error becomes an exit code."""

from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from salience.cli.archive import archive
from salience.cli.classify import classify
from salience.cli.demonstrate import demonstrate
from salience.cli.detect import detect
from salience.cli.entities import entities
from salience.cli.evaluate import evaluate
from salience.cli.exit_codes import exit_code_of
from salience.cli.explain import explain
from salience.cli.generate import generate
from salience.cli.keys import keys
from salience.cli.models import models
from salience.cli.quality import quality
from salience.cli.rollout import rollout
from salience.cli.scale import scale
from salience.cli.serve import serve
from salience.cli.summarize import summarize
from salience.cli.train import train
from salience.cli.translate import translate
from salience.errors import ServingError


class _ErrorsAreOneLine(TyperGroup):
    def invoke(self, ctx: Any) -> Any:
        """Run a command; a ServingError is one line, never a traceback."""
        try:
            return super().invoke(ctx)
        except ServingError as error:
            place = f"{error.field}: " if error.field else ""
            typer.echo(f"salience: {place}{error.message}", err=True)
            raise typer.Exit(exit_code_of(error)) from error


app = typer.Typer(
    cls=_ErrorsAreOneLine,
    help="Train, package, serve and use attention models.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
COMMANDS = (
    translate,
    summarize,
    entities,
    classify,
    detect,
    generate,
    explain,
    models,
    serve,
    scale,
    rollout,
    archive,
    train,
    evaluate,
    quality,
    demonstrate,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"salience {version('salience')}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show it and exit."),
    ] = False,
) -> None:
    pass


for command in COMMANDS:
    app.command()(command)
app.add_typer(keys, name="keys")
