"""Muon: momentum whose update is made orthogonal, for the hidden matrices of a network.

Source: Jordan et al., "Muon" (2024); the update is scaled to AdamW's size (Liu et al.,
2025). PyTorch's own always works in bfloat16 and on one matrix at a time; this one takes
the CPU's fastest precision, and matrices of one shape together. A convolution's filters
are the rows of a matrix.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import torch
from jaxtyping import Float
from torch import Tensor
from torch.optim import Optimizer

from salience.training.precision import bfloat16_is_fast

COEFFICIENTS = (3.4445, -4.7750, 2.0315)
NUM_ITERATIONS = 5
ADAMW_SIZE = 0.2


class Muon(Optimizer):
    """Nesterov momentum, orthogonalized; weight decay is decoupled from the gradient."""

    def __init__(
        self,
        matrices: Iterable[Tensor],
        *,
        learning_rate: float,
        weight_decay: float,
        momentum: float = 0.95,
    ) -> None:
        defaults = {"lr": learning_rate, "weight_decay": weight_decay, "momentum": momentum}
        super().__init__(list(matrices), defaults)

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Update every matrix that has a gradient."""
        for group in self.param_groups:
            by_shape: dict[torch.Size, list[Tensor]] = defaultdict(list)
            for matrix in group["params"]:
                if matrix.grad is not None:
                    by_shape[matrix.shape].append(matrix)
            for matrices in by_shape.values():
                self._update(matrices, group["lr"], group["weight_decay"], group["momentum"])

    def _update(
        self, matrices: Sequence[Tensor], rate: float, weight_decay: float, momentum: float
    ) -> None:
        ahead = torch.stack([self._look_ahead(one, momentum).flatten(1) for one in matrices])
        size = ADAMW_SIZE * max(ahead.shape[1:]) ** 0.5
        for matrix, update in zip(matrices, orthogonalized(ahead), strict=True):
            step = update.view_as(matrix)
            matrix.mul_(1 - rate * weight_decay).add_(step, alpha=-rate * size)

    def _look_ahead(self, matrix: Tensor, momentum: float) -> Tensor:
        assert matrix.grad is not None
        state = self.state[matrix]
        if "momentum_buffer" not in state:
            state["momentum_buffer"] = torch.zeros_like(matrix)
        average: Tensor = state["momentum_buffer"].lerp_(matrix.grad, 1 - momentum)
        return matrix.grad.lerp(average, momentum)


def orthogonalized(
    matrices: Float[Tensor, "stack rows columns"],
) -> Float[Tensor, "stack rows columns"]:
    """Matrices of the same singular vectors, their singular values all near one.

    Newton-Schulz iteration, with the coefficients of Jordan et al.
    """
    a, b, c = COEFFICIENTS
    wide = matrices if matrices.size(1) <= matrices.size(2) else matrices.mT
    x = wide.bfloat16() if bfloat16_is_fast() else wide
    x = x / x.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)
    for _ in range(NUM_ITERATIONS):
        gram = x @ x.mT
        polynomial = torch.baddbmm(gram, gram, gram, beta=b, alpha=c)
        x = torch.baddbmm(x, polynomial, x, beta=a)
    return (x if wide is matrices else x.mT).to(matrices.dtype)
