"""What a task needs so that it can be measured."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from salience.errors import ServingError

Example = TypeVar("Example")
Answer = TypeVar("Answer", contravariant=True)
Judged = TypeVar("Judged")
Content = TypeVar("Content", covariant=True)

Ask = Callable[[Sequence[Any]], Sequence[Any | ServingError]]
"""Answers items, each by an answer or by its error: a task's `answer`, or calls of a service."""


@dataclass(frozen=True)
class Figure:
    """A metric's value, and what must be the same for another value to be comparable."""

    value: float
    signature: str


class Examples(Protocol[Content]):
    """A known number of examples, read one by one."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Content]: ...


class Evaluation(Protocol[Example, Answer, Judged]):
    """Reads a task's examples, asks for their answers, and says what those are worth."""

    @property
    def metrics(self) -> Sequence[str]:
        """Of all its metrics those that models are compared by, the first one above all."""

    @property
    def items_per_call(self) -> int:
        """How many items to ask for at once."""

    def read(self, file: Path, part: str) -> Examples[Example]:
        """The examples of a data file; `part` picks a file out of an archive."""

    def item(self, example: Example) -> str | bytes | int:
        """What the model is asked."""

    def labels(self, example: Example) -> Iterable[str]:
        """The labels a model must know to be right, where it is to give labels."""

    def judge(self, example: Example, answer: Answer | None) -> Judged:
        """What there is to count about one answer; None is an error, and wrong."""

    def measure(self, judged: Sequence[Judged]) -> dict[str, Figure]:
        """Every metric by name, of one or more judged answers."""
