"""`salience train`."""

import logging
from pathlib import Path
from typing import Annotated

import typer

from salience.cli import options
from salience.cli.recipe_modules import recipe_named


def train(
    recipe: Annotated[str, typer.Argument(help="The model to train, such as entities-en.")],
    data: options.DataOption,
    run_dir: Annotated[
        Path | None,
        typer.Option(help="Checkpoints and the model go here; default: runs/RECIPE."),
    ] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="Default: the recipe's own.")] = None,
) -> None:
    """Train a model, or go on where a stopped run was last saved."""
    module = recipe_named(recipe)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    target = run_dir or Path("runs") / recipe
    module.run(data, target, **({} if steps is None else {"steps": steps}))
    typer.echo(f"the model is in {target}")
