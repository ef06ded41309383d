"""What every task offers, in a worker, in the command line and in a test."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from salience.errors import ServingError
from salience.v1.models_pb2 import Model

Item = TypeVar("Item", contravariant=True)
Answer = TypeVar("Answer")


class Task(Protocol[Item, Answer]):
    """Answers items; an item that cannot be answered gets a ServingError in its place."""

    @property
    def model(self) -> Model:
        """What is being served."""

    def answer(self, items: Sequence[Item], /) -> list[Answer | ServingError]:
        """One answer per item, in order."""
