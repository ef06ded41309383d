"""Texts and images answered in this process or by a service, in the same form."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from salience.cli.model_store import folder_for_task, folder_named
from salience.cli.progress import counted, working
from salience.errors import InvalidInput, ServingError

if TYPE_CHECKING:
    from salience.tasks.task import Task

Item = TypeVar("Item")
Answer = TypeVar("Answer")
ITEMS_PER_CALL = 32
SIZE_PER_CALL = 8 * 2**20
"""Bytes, or characters, of which UTF-8 takes at most four bytes each."""


def answered(
    items: Sequence[Item],
    answer: Callable[[Sequence[Item]], list[Answer | ServingError]],
    *,
    size_of: Callable[[Item], int] = len,  # type: ignore[assignment]
) -> Iterator[Answer | ServingError]:
    """The answer to each item, asked for in groups of bounded size.

    A call of which no item could be served fails as a whole; its items share the error.
    """
    for group in counted(list(_groups(items, size_of)), "answering"):
        try:
            yield from answer(group)
        except InvalidInput as error:
            if "[" not in error.field:  # It is not the items that are wrong.
                raise
            yield from [error] * len(group)


def _groups(items: Sequence[Item], size_of: Callable[[Item], int]) -> Iterator[list[Item]]:
    group: list[Item] = []
    size = 0
    for item in items:
        size += size_of(item)
        if group and (len(group) == ITEMS_PER_CALL or size > SIZE_PER_CALL):
            yield group
            group, size = [], size_of(item)
        group.append(item)
    if group:
        yield group


def local_task(
    task: str,
    *,
    model: str,
    store: Path,
    engine: str | None,
    languages: tuple[str, str] = ("", ""),
) -> "Task[Any, Any]":
    """The model of that name, or the one for the task and its languages, in this process."""
    folder = folder_named(model, store) if model else folder_for_task(task, languages, store)
    with working(f"loading {folder.name}"):
        from salience.tasks.loading import load_task  # brings torch, which takes seconds

        return load_task(folder.path, engine=engine)
