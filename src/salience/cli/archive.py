"""`salience archive`."""

from pathlib import Path
from typing import Annotated

import typer

from salience.cli import options
from salience.cli.model_store import folder_named, model_folders
from salience.cli.progress import working


def archive(
    model: Annotated[
        str | None, typer.Argument(help="A model of the store, or the path of its folder.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every model of the store.")] = False,
    out: Annotated[Path, typer.Option(help="Where the .mar files go.")] = Path("build/archives"),
    model_store: options.ModelStoreOption = options.DEFAULT_MODEL_STORE,
) -> None:
    """Build TorchServe archives: handler, weights, vocabulary, engine, provenance."""
    if (model is None) != every:
        raise typer.BadParameter("give one model, or --all")
    folders = [folder_named(model, model_store)] if model else model_folders(model_store)
    out.mkdir(parents=True, exist_ok=True)
    with working("loading PyTorch"):
        from salience.archives import build_archive  # converting a model needs torch
    for folder in folders:
        with working(f"building the archive of {folder.name}"):
            archive_file = build_archive(folder.path, out)
        typer.echo(archive_file)
