"""How sharply a trained classifier looks, fitted to images that it did not learn from."""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from salience.attention import AttentionPooling


def fit_sharpness(
    pooling: AttentionPooling,
    features: Float[Tensor, "images places width"],
    classes: Int[Tensor, " images"],
) -> None:
    """Set the sharpness that gives the least cross entropy; never one under zero.

    As one fits a temperature (Guo et al., "On Calibration of Modern Neural Networks", 2017).
    In training itself label smoothing, which punishes confidence, drives it below zero, where
    the attention is on what says least.
    """
    nn.init.zeros_(pooling.sharpness)
    optimizer = torch.optim.LBFGS([pooling.sharpness], line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        found = nn.functional.cross_entropy(pooling(features).scores, classes)
        found.backward()
        return found

    optimizer.step(loss)
    nn.init.constant_(pooling.sharpness, max(0.0, pooling.sharpness.item()))
