"""CBAM's first half: which channels matter."""

from jaxtyping import Float
from torch import Tensor, nn


class ChannelGate(nn.Module):
    """Weighs channels between 0 and 1 by what they hold on average and at most.

    Formula: weights = sigmoid(MLP(mean(features)) + MLP(max(features))), with one MLP for both.

    Source: Woo et al., "CBAM: Convolutional Block Attention Module" (2018), equation 2.
    """

    def __init__(self, *, channels: int, reduction: int = 16) -> None:
        super().__init__()
        hidden = max(channels // reduction, 1)
        self.shared = nn.Sequential(
            nn.Linear(channels, hidden), nn.ReLU(), nn.Linear(hidden, channels)
        )

    def forward(
        self, features: Float[Tensor, "batch channels rows columns"]
    ) -> Float[Tensor, "batch channels rows columns"]:
        """The features, channel by channel as loud as they matter."""
        return features * self.weights(features)[:, :, None, None]

    def weights(
        self, features: Float[Tensor, "batch channels rows columns"]
    ) -> Float[Tensor, "batch channels"]:
        """How much of each channel passes."""
        average, most = features.mean(dim=(2, 3)), features.amax(dim=(2, 3))
        return (self.shared(average) + self.shared(most)).sigmoid()  # type: ignore[no-any-return]
