"""`salience explain`."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any

import typer

from salience.cli import options
from salience.cli.answering_model import AnsweringModel, model_in_process, model_of_service
from salience.cli.explanation_page import explanation_page
from salience.cli.model_store import folder_named
from salience.errors import InvalidInput, ServingError, Unsupported

ItemArgument = Annotated[
    str,
    typer.Argument(
        metavar="ITEM",
        help="A text; a file for models that see images, a seed for those that make.",
    ),
]
OutOption = Annotated[
    Path, typer.Option("--out", metavar="FILE", help="Ends with .html or .png.", dir_okay=False)
]
_IMAGES = ("image_classification", "object_detection")
_MIN_SCORE = {"object_detection": {"min_score": 0.5}}
_LARGEST_SEED = 2**32 - 1


def explain(  # noqa: PLR0913  a command's parameters are its options
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A model by name.")],
    item: ItemArgument,
    *,
    out: OutOption = Path("explained.html"),
    server: options.ServerOption = options.DEFAULT_SERVER,
    timeout_seconds: options.TimeoutOption = options.DEFAULT_TIMEOUT_SECONDS,
    local: options.LocalOption = False,
    model_store: options.ModelStoreOption = options.DEFAULT_MODEL_STORE,
) -> None:
    """Show where a model looked for an answer, as a page of HTML or as a PNG."""
    if out.suffix not in (".html", ".png"):
        raise typer.BadParameter(f"{out} ends neither with .html nor with .png", param_hint="--out")
    with _answering(model, server, timeout_seconds, model_store if local else None) as answering:
        asked = _item(answering.task, item)
        wanted = {"explain": True, **_MIN_SCORE.get(answering.task, {})}
        [answer] = answering.ask([asked], wanted)
    if isinstance(answer, ServingError):
        raise answer
    page = out.suffix == ".html"
    _write(explanation_page(model, asked, answer).encode() if page else _png(answer, asked), out)
    typer.echo(out)


@contextmanager
def _answering(
    model: str, server: str, timeout_seconds: float, store: Path | None
) -> Iterator[AnsweringModel]:
    """The model in this process if it is in a store, else behind the service."""
    if store is not None:
        yield model_in_process(folder_named(model, store), None)
        return
    with model_of_service(model, server, timeout_seconds) as answering:
        yield answering


def _item(task: str, argument: str) -> str | bytes | int:
    if task in _IMAGES:
        return _content(Path(argument))
    return _seed(argument) if task == "image_generation" else argument


def _seed(argument: str) -> int:
    if argument.isdecimal() and int(argument) <= _LARGEST_SEED:
        return int(argument)
    raise InvalidInput(f"{argument} is no seed: a whole number from 0 to {_LARGEST_SEED}")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{file} cannot be read: {error.strerror}") from error


def _write(content: bytes, file: Path) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise InvalidInput(f"{file} cannot be written: {error.strerror}") from error


def _png(answer: Any, asked: str | bytes | int) -> bytes:
    try:
        from salience.client.drawing import draw  # brings matplotlib
    except ModuleNotFoundError as error:
        raise Unsupported("a PNG needs matplotlib: pip install 'salience[plots]'") from error
    content = BytesIO()
    draw(answer, image=asked if isinstance(asked, bytes) else None).savefig(content)
    return content.getvalue()
