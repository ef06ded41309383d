"""`salience evaluate`."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from salience.cli import options
from salience.cli.model_store import folder_named
from salience.cli.progress import working
from salience.cli.recipe_modules import recipe_named


def evaluate(
    model: Annotated[str, typer.Argument(help="A model of the store, or the path of its folder.")],
    data: options.DataOption,
    engine: Annotated[
        str, typer.Option(help="pytorch, onnxruntime-int8 or ctranslate2-int8.")
    ] = "pytorch",
    limit: Annotated[int | None, typer.Option(min=1, help="Examples of each test set.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures too.")] = None,
    model_store: options.ModelStoreOption = options.DEFAULT_MODEL_STORE,
) -> None:
    """Print a model's metrics on the test sets its recipe names."""
    folder = folder_named(model, model_store)
    recipe = recipe_named(folder.name)
    with working(f"evaluating {folder.name} on {engine}"):
        figures: dict[str, float] = recipe.evaluate(folder.path, data, engine=engine, limit=limit)
    table = Table("metric", folder.name, box=None)
    for name, value in figures.items():
        table.add_row(name, f"{value:.2f}")
    Console().print(table)
    if json_file is not None:
        report = {"model": folder.name, "engine": engine, "limit": limit, "figures": figures}
        json_file.write_text(json.dumps(report, indent=2) + "\n")
