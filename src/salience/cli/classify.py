"""`salience classify`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from salience.cli import options
from salience.cli.answering import answered, local_task
from salience.cli.connection import client_of
from salience.cli.printing import print_classes
from salience.client import answers
from salience.tasks.image_item import ImageItem

ImagesArgument = Annotated[
    list[Path],
    typer.Argument(metavar="IMAGE...", exists=True, dir_okay=False, help="Files of images."),
]
TopKOption = Annotated[
    int | None,
    typer.Option("--top-k", metavar="N", min=1, help="How many classes to tell of each."),
]


def classify(  # noqa: PLR0913  a command's parameters are its options
    images: ImagesArgument,
    *,
    top_k: TopKOption = None,
    explain: options.ExplainOption = False,
    as_json: options.JsonOption = False,
    model: options.ModelOption = "",
    server: options.ServerOption = options.DEFAULT_SERVER,
    timeout_seconds: options.TimeoutOption = options.DEFAULT_TIMEOUT_SECONDS,
    local: options.LocalOption = False,
    model_store: options.ModelStoreOption = options.DEFAULT_MODEL_STORE,
    engine: options.EngineOption = None,
) -> None:
    """Tell what images show, by a running service or, with --local, in this process.

    One line a class: file, label and probability, the likeliest first.
    """
    options.check_engine(engine, local=local)
    options.check_explain(explain=explain, as_json=as_json)
    if local:
        task = local_task("image_classification", model=model, store=model_store, engine=engine)
        found = answered(
            images,
            lambda some: task.answer([ImageItem(i, top_k or 0, explain) for i in read_files(some)]),
            size_of=size_of_file,
        )
        print_classes(found, images, as_json=as_json)
        return
    with client_of(server, timeout_seconds) as client:
        replies = answered(
            images,
            lambda some: answers(
                client.classify_images(
                    read_files(some), top_k=top_k or 0, explain=explain, model=model
                )
            ),
            size_of=size_of_file,
        )
        print_classes(replies, images, as_json=as_json)


def read_files(files: Sequence[Path]) -> list[bytes]:
    """The content of each."""
    return [file.read_bytes() for file in files]


def size_of_file(file: Path) -> int:
    """In bytes."""
    return file.stat().st_size
