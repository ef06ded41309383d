"""Polarized self-attention's spatial half."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from salience.attention.distribution import attention_distribution, weighted_mean


class PolarizedPlaces(nn.Module):
    """Weighs places at full resolution, with the channels collapsed by a softmax.

    Formula: weights = sigmoid(c · W_v features), where c = softmax over channels(mean over
    places(W_q features)).

    Source: Liu et al., "Polarized Self-Attention: Towards High-quality Pixel-wise
    Regression" (2021), equation 2.
    """

    def __init__(self, *, channels: int) -> None:
        super().__init__()
        hidden = max(channels // 2, 1)
        self.query = nn.Conv2d(channels, hidden, 1)
        self.value = nn.Conv2d(channels, hidden, 1)

    def forward(
        self, features: Float[Tensor, "batch channels rows columns"]
    ) -> Float[Tensor, "batch channels rows columns"]:
        """The features, place by place as loud as they matter."""
        return features * self.weights(features)[:, None]

    def weights(
        self, features: Float[Tensor, "batch channels rows columns"]
    ) -> Float[Tensor, "batch rows columns"]:
        """How much of each place passes."""
        scores = self.query(features).mean(dim=(2, 3))[:, None]
        channels = attention_distribution(scores, visible=torch.ones_like(scores, dtype=torch.bool))
        found = weighted_mean(channels, self.value(features).flatten(2))
        return found.view(-1, *features.shape[2:]).sigmoid()
