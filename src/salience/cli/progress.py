"""Progress on standard error, so that standard output holds the answer alone."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, track

Item = TypeVar("Item")
errors = Console(stderr=True)


@contextmanager
def working(on: str) -> Iterator[None]:
    """Says what is going on: a spinner on a terminal, else a line."""
    if errors.is_terminal:
        with errors.status(f"{on} …"):
            yield
    else:
        errors.print(f"{on} …", markup=False, highlight=False)
        yield


def counted(items: Sequence[Item], doing: str) -> Iterable[Item]:
    """The items, with a bar of how many are done when there is more than one."""
    if len(items) <= 1 or not errors.is_terminal:
        return items
    return track(items, doing, console=errors, transient=True)


@contextmanager
def bar(doing: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar that the block moves on by how many more are done; quiet unless on a terminal."""
    columns = (*Progress.get_default_columns(), MofNCompleteColumn())
    quiet = not errors.is_terminal
    with Progress(*columns, console=errors, transient=True, disable=quiet) as progress:
        task = progress.add_task(doing, total=total)
        yield lambda number: progress.advance(task, number)
