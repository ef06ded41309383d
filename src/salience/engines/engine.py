"""What every engine offers; a task never asks which one it has."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

Output = TypeVar("Output", covariant=True)
Tokens = Sequence[int]


class Engine(Protocol[Output]):
    """Runs a model on token sequences, one output for each, in order.

    `run` pads to the longest sequence of the batch: group sequences of like length.
    """

    @property
    def name(self) -> str:
        """The engine and its precision, such as `onnxruntime-int8`."""

    @property
    def device(self) -> str:
        """`cpu`, or `cuda:0`."""

    def run(self, batch: Sequence[Tokens]) -> Sequence[Output]:
        """Run one padded batch."""
