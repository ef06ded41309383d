"""What a run needs to go on after it was stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer
from torch.optim.swa_utils import AveragedModel


@dataclass(frozen=True)
class RunState:
    """The moving parts of a run, saved and restored together."""

    model: nn.Module
    average: AveragedModel
    optimizers: Sequence[Optimizer]

    def save(self, path: Path, step: int) -> None:
        """Write everything, or leave the older file untouched."""
        partial = path.with_suffix(".partial")
        torch.save({"step": step, **self._parts()}, partial)
        partial.replace(path)

    def restore(self, path: Path) -> int:
        """Load what `save` wrote; the number of steps already done."""
        saved: dict[str, Any] = torch.load(path, weights_only=True)
        self.model.load_state_dict(saved["model"])
        self.average.load_state_dict(saved["average"])
        for optimizer, state in zip(self.optimizers, saved["optimizers"], strict=True):
            optimizer.load_state_dict(state)
        return int(saved["step"])

    def _parts(self) -> dict[str, Any]:
        return {
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
        }
