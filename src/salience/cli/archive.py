"""`salience archive`."""

from pathlib import Path
from typing import Annotated

import typer

from salience.cli import options
from salience.cli.model_store import folder_named, served_folders
from salience.cli.progress import working
from salience.errors import InvalidInput
from salience.tasks.model_folder import ModelFolder

BUILT_MODELS = Path("build/models")


def archive(  # noqa: PLR0913  a command's parameters are its options
    model: Annotated[
        str | None, typer.Argument(help="A model of the store, or the path of its folder.")
    ] = None,
    *,
    every: Annotated[
        bool, typer.Option("--all", help="Every model of the store but demonstrations.")
    ] = False,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", exists=True, file_okay=False, help="A Hugging Face checkpoint instead."
        ),
    ] = None,
    task: Annotated[
        str,
        typer.Option(
            help="Of a checkpoint: entities, translation, summarization, image-classification."
        ),
    ] = "",
    name: Annotated[str, typer.Option(help="Of a checkpoint; default: its folder's.")] = "",
    source: Annotated[
        list[str] | None,
        typer.Option("--from", help="Languages a checkpoint reads, if it does not say."),
    ] = None,
    target: Annotated[
        list[str] | None, typer.Option("--to", help="Languages a checkpoint writes, likewise.")
    ] = None,
    prefix: Annotated[
        str, typer.Option(help="Text a checkpoint was trained to read before every other.")
    ] = "",
    self_contained: Annotated[
        bool,
        typer.Option(
            "--self-contained", help="For a TorchServe that lacks this package: bring it along."
        ),
    ] = False,
    device_ids: Annotated[
        list[int] | None,
        typer.Option("--device-id", min=0, help="GPUs its workers take in turn; default: all."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Where the .mar files go.")] = Path("build/archives"),
    model_store: options.ModelStoreOption = options.DEFAULT_MODEL_STORE,
) -> None:
    """Build TorchServe archives: handler, weights, vocabulary, engine, provenance.

    A checkpoint is first made into a model's folder in build/models, and held against the
    original on sample inputs; the fastest engine that agrees is chosen.
    """
    if [model is not None, every, checkpoint is not None].count(True) != 1:
        raise typer.BadParameter("give one model, or --all, or --checkpoint")
    if bool(checkpoint) != bool(task) or (
        checkpoint is None and any((name, source, target, prefix))
    ):
        raise typer.BadParameter("--checkpoint goes with --task, and its options with both")
    if checkpoint is not None:
        languages = tuple(source or ()), tuple(target or ())
        folders = [_from_checkpoint(checkpoint, task, name, languages, prefix, model_store)]
    else:
        folders = [folder_named(model, model_store)] if model else served_folders(model_store)
    out.mkdir(parents=True, exist_ok=True)
    with working("loading PyTorch"):
        from salience.archives import build_archive  # converting a model needs torch
    for folder in folders:
        with working(f"building the archive of {folder.name}"):
            archive_file = build_archive(
                folder.path, out, device_ids=device_ids or (), self_contained=self_contained
            )
        typer.echo(archive_file)


def _from_checkpoint(
    path: Path,
    task: str,
    name: str,
    languages: tuple[tuple[str, ...], tuple[str, ...]],
    prefix: str,
    store: Path,
) -> ModelFolder:
    """The folder of a model made of the checkpoint; says what there is to say about it."""
    with working("loading PyTorch and transformers"):
        from salience.checkpoints import Checkpoint, build_model
    checkpoint = Checkpoint(path, task.replace("-", "_"), name, *languages, prefix)
    if (store / checkpoint.served_name / "model.json").exists():
        raise InvalidInput(f"{checkpoint.served_name} is a model of {store}: give another --name")
    with working(f"converting {path}"):
        built = build_model(checkpoint, BUILT_MODELS)
    for remark in built.remarks:
        typer.echo(remark, err=True)
    return built.folder
