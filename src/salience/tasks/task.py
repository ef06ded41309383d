"""What every task offers, in a worker, in the command line and in a test."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from salience.errors import ServingError
from salience.v1.models_pb2 import Model

Answer = TypeVar("Answer")


class TextTask(Protocol[Answer]):
    """Answers texts; a text that cannot be answered gets a ServingError in its place."""

    @property
    def model(self) -> Model:
        """What is being served."""

    def answer(self, texts: Sequence[str]) -> list[Answer | ServingError]:
        """One answer per text, in order."""
