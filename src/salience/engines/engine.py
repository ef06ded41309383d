"""What every engine offers; a task never asks which one it has."""

from collections.abc import Sequence
from typing import Protocol

from typing_extensions import TypeVar

Tokens = Sequence[int]
Output = TypeVar("Output", covariant=True)
Input = TypeVar("Input", contravariant=True, default=Tokens)


class Engine(Protocol[Output, Input]):
    """Runs a model on sequences of tokens or on images, one output for each, in order.

    `run` pads to the longest sequence of the batch: group sequences of like length.
    """

    @property
    def name(self) -> str:
        """The engine and its precision, such as `onnxruntime-int8`."""

    @property
    def device(self) -> str:
        """`cpu`, or `cuda:0`."""

    def run(self, batch: Sequence[Input]) -> Sequence[Output]:
        """Run one batch."""
