"""Polarized self-attention's channel half."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from salience.attention.distribution import attention_distribution, weighted_mean


class PolarizedChannels(nn.Module):
    """Weighs channels at half their number, with the places collapsed by a softmax.

    Formula: weights = sigmoid(norm(W_z (W_v features · softmax over places(W_q features)))).

    Source: Liu et al., "Polarized Self-Attention: Towards High-quality Pixel-wise
    Regression" (2021), equation 1, with the normalization of figure 2.
    """

    def __init__(self, *, channels: int) -> None:
        super().__init__()
        hidden = max(channels // 2, 1)
        self.query = nn.Conv2d(channels, 1, 1)
        self.value = nn.Conv2d(channels, hidden, 1)
        self.widen = nn.Linear(hidden, channels)
        self.norm = nn.LayerNorm(channels)

    def forward(
        self, features: Float[Tensor, "batch channels rows columns"]
    ) -> Float[Tensor, "batch channels rows columns"]:
        """The features, channel by channel as loud as they matter."""
        return features * self.weights(features)[:, :, None, None]

    def weights(
        self, features: Float[Tensor, "batch channels rows columns"]
    ) -> Float[Tensor, "batch channels"]:
        """How much of each channel passes."""
        scores = self.query(features).flatten(2)
        places = attention_distribution(scores, visible=torch.ones_like(scores, dtype=torch.bool))
        found = weighted_mean(places, self.value(features).flatten(2).transpose(1, 2))
        return self.norm(self.widen(found.squeeze(1))).sigmoid()  # type: ignore[no-any-return]
