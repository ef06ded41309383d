"""`salience explain`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from salience.cli import options
from salience.cli.answering_model import AnsweringModel, model_in_process, model_of_service
from salience.cli.explanation_page import explanation_page
from salience.cli.model_store import folder_named
from salience.errors import InvalidInput, ServingError, Unsupported

ItemArgument = Annotated[
    str, typer.Argument(metavar="ITEM", help="A text, or for models of images a file.")
]
OutOption = Annotated[
    Path, typer.Option("--out", metavar="FILE", help="Ends with .html or .png.", dir_okay=False)
]
_IMAGES = ("image_classification", "object_detection")
_MIN_SCORE = {"object_detection": {"min_score": 0.5}}


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
        asked = _content(Path(item)) if answering.task in _IMAGES else item
        wanted = {"explain": True, **_MIN_SCORE.get(answering.task, {})}
        [answer] = answering.ask([asked], wanted)
    if isinstance(answer, ServingError):
        raise answer
    if out.suffix == ".html":
        out.write_text(explanation_page(model, asked, answer), encoding="utf-8")
    else:
        _draw(answer, out)
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


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{file} cannot be read: {error.strerror}") from error


def _draw(answer: Any, out: Path) -> None:
    try:
        from salience.client.drawing import draw  # brings matplotlib
    except ModuleNotFoundError as error:
        raise Unsupported("a PNG needs matplotlib: pip install 'salience[plots]'") from error
    draw(answer).savefig(out)
