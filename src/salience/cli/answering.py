"""Texts answered in this process or by a service, in the same form."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from salience.cli.model_store import folder_for_task, folder_named
from salience.cli.progress import counted, working
from salience.errors import InvalidInput, ServingError

if TYPE_CHECKING:
    from salience.tasks.task import TextTask

Answer = TypeVar("Answer")
TEXTS_PER_CALL = 32


def answered(
    texts: Sequence[str], answer: Callable[[Sequence[str]], list[Answer | ServingError]]
) -> Iterator[Answer | ServingError]:
    """The answer to each text, asked for in groups of bounded size.

    A call of which no text could be served fails as a whole; its texts share the error.
    """
    starts = range(0, len(texts), TEXTS_PER_CALL)
    for group in counted([texts[start : start + TEXTS_PER_CALL] for start in starts], "answering"):
        try:
            yield from answer(group)
        except InvalidInput as error:
            if not error.field.startswith("texts["):
                raise
            yield from [error] * len(group)


def local_task(
    task: str, *, model: str, languages: tuple[str, str], store: Path, engine: str | None
) -> "TextTask[Any]":
    """The model of that name, or the one for the task and its languages, in this process."""
    folder = folder_named(model, store) if model else folder_for_task(task, languages, store)
    with working(f"loading {folder.name}"):
        from salience.tasks.loading import load_task  # brings torch, which takes seconds

        return load_task(folder.path, engine=engine)
