"""CBAM's second half: which places matter."""

import torch
from jaxtyping import Float
from torch import Tensor, nn


class SpatialGate(nn.Module):
    """Weighs places between 0 and 1 by what is around them.

    Formula: weights = sigmoid(convolution([mean over channels; max over channels])).

    Source: Woo et al., "CBAM: Convolutional Block Attention Module" (2018), equation 3.
    """

    def __init__(self, *, window: int = 7) -> None:
        super().__init__()
        self.look = nn.Conv2d(2, 1, window, padding="same")

    def forward(
        self, features: Float[Tensor, "batch channels rows columns"]
    ) -> Float[Tensor, "batch channels rows columns"]:
        """The features, place by place as loud as they matter."""
        return features * self.weights(features)[:, None]

    def weights(
        self, features: Float[Tensor, "batch channels rows columns"]
    ) -> Float[Tensor, "batch rows columns"]:
        """How much of each place passes."""
        seen = torch.stack([features.mean(dim=1), features.amax(dim=1)], dim=1)
        return self.look(seen).sigmoid().squeeze(1)  # type: ignore[no-any-return]
