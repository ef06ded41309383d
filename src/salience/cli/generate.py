"""`salience generate`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from salience.cli import options
from salience.cli.answering import answered, local_task
from salience.cli.connection import client_of
from salience.client import answers
from salience.errors import ServingError
from salience.tasks.generation_item import GenerationItem
from salience.v1.images_pb2 import GeneratedImage

FolderArgument = Annotated[
    Path, typer.Argument(metavar="FOLDER", file_okay=False, help="Where the pictures go.")
]
NumberOption = Annotated[int, typer.Option(metavar="N", min=1, max=10_000, help="How many.")]
SeedOption = Annotated[
    int, typer.Option(metavar="N", min=0, max=2**31, help="That of the first; then come the next.")
]
ExplainOption = Annotated[
    bool, typer.Option("--explain", help="With --sheet: draw where the model looked, too.")
]
SheetOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Draw all on one sheet, too: a PNG file.")
]


def generate(  # noqa: PLR0913  a command's parameters are its options
    folder: FolderArgument,
    *,
    number: NumberOption = 16,
    seed: SeedOption = 1,
    sheet: SheetOption = None,
    explain: ExplainOption = False,
    model: options.ModelOption = "",
    server: options.ServerOption = options.DEFAULT_SERVER,
    timeout_seconds: options.TimeoutOption = options.DEFAULT_TIMEOUT_SECONDS,
    local: options.LocalOption = False,
    model_store: options.ModelStoreOption = options.DEFAULT_MODEL_STORE,
) -> None:
    """Make pictures, by a running service or, with --local, in this process.

    Each becomes a file named after its seed, of which the model makes the same picture always.
    """
    if explain and sheet is None:
        raise typer.BadParameter("--explain needs --sheet")
    seeds = range(seed, seed + number)
    if local:
        task = local_task("image_generation", model=model, store=model_store, engine=None)

        def made_here(some: Sequence[int]) -> list[GeneratedImage | ServingError]:
            return task.answer([GenerationItem(one, explain) for one in some])

        pictures = list(answered(seeds, made_here, size_of=lambda seed: 1))
    else:
        with client_of(server, timeout_seconds) as client:

            def made(some: Sequence[int]) -> list[GeneratedImage | ServingError]:
                return answers(client.generate_images(some, explain=explain, model=model))

            pictures = list(answered(seeds, made, size_of=lambda seed: 1))
    _write(dict(zip(seeds, pictures, strict=True)), folder, sheet)


def _write(
    pictures: dict[int, GeneratedImage | ServingError], folder: Path, file: Path | None
) -> None:
    """Raises the error of the first picture that could not be made."""
    folder.mkdir(parents=True, exist_ok=True)
    good: list[GeneratedImage] = []
    for seed, picture in pictures.items():
        if isinstance(picture, ServingError):
            raise picture
        (folder / f"{seed}.png").write_bytes(picture.png)
        good.append(picture)
    if file is not None:
        from salience.vision.sheet import sheet  # brings Pillow, which clients need not have

        file.write_bytes(sheet(good))
