"""What is noted of a call for its trace: nothing, unless an operator asks for traces."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from yarl import URL


class RowTrace(Protocol):
    """A row on its way to TorchServe and back."""

    @property
    def traceparent(self) -> str:
        """What the row carries."""

    def answered(self, batch_times: str) -> None:
        """Note what the worker told of its batch."""


class CallTrace(Protocol):
    """A call in hand."""

    @property
    def traceparent(self) -> str:
        """By which lines of the log name the trace."""

    def row(
        self, url: URL, *, num_items: int, waiting_since_ns: int
    ) -> AbstractContextManager[RowTrace]:
        """Inside the block a row is under way; it waited from `waiting_since_ns`, Unix time."""

    def ended(self, model: str, code: int) -> None:
        """Note its canonical code; `model` is empty where none was found."""


@dataclass(frozen=True)
class Untraced:
    """Makes no spans, and passes on what the call came with."""

    traceparent: str = ""

    @contextmanager
    def row(self, url: URL, *, num_items: int, waiting_since_ns: int) -> Iterator["Untraced"]:
        """Nothing is noted."""
        yield self

    def answered(self, batch_times: str) -> None:
        """Nothing is noted."""

    def ended(self, model: str, code: int) -> None:
        """Nothing is noted."""
