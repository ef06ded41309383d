"""What a GPU is fast in: products in half precision, sums and norms in single."""

from collections.abc import Sequence
from typing import Generic, TypeVar

import torch

from salience.engines.engine import Engine

Output = TypeVar("Output")
Input = TypeVar("Input")


class HalfPrecision(Generic[Output, Input]):
    """Runs a PyTorch engine under autocast, which chooses the precision of each operation."""

    def __init__(self, engine: Engine[Output, Input]) -> None:
        self._engine = engine
        self._device_type = torch.device(engine.device).type
        self.dtype = _half(self._device_type)

    @property
    def name(self) -> str:
        """The name of the engine inside."""
        return self._engine.name

    @property
    def device(self) -> str:
        """The device of the engine inside."""
        return self._engine.device

    def run(self, batch: Sequence[Input]) -> Sequence[Output]:
        """Run one batch."""
        with torch.autocast(self._device_type, self.dtype):
            return self._engine.run(batch)


def _half(device_type: str) -> torch.dtype:
    """The format that cannot overflow where there is one: some networks exceed 65504."""
    if device_type == "cuda" and not torch.cuda.is_bf16_supported():
        return torch.float16
    return torch.bfloat16
