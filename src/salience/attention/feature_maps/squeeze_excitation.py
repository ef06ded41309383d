"""Squeeze-and-excitation: each channel is let through as much as the whole picture asks for."""

from jaxtyping import Float
from torch import Tensor, nn


class SqueezeExcitation(nn.Module):
    """Weighs channels between 0 and 1 by what they hold on average.

    Formula: weights = sigmoid(W₂ relu(W₁ mean(features))), output = weights · features.

    Source: Hu et al., "Squeeze-and-Excitation Networks" (2018), section 3.
    """

    def __init__(self, *, channels: int, reduction: int = 16) -> None:
        super().__init__()
        hidden = max(channels // reduction, 1)
        self.squeeze = nn.Linear(channels, hidden)
        self.excite = nn.Linear(hidden, channels)

    def forward(
        self, features: Float[Tensor, "batch channels rows columns"]
    ) -> Float[Tensor, "batch channels rows columns"]:
        """The features, channel by channel as loud as they matter."""
        return features * self.weights(features)[:, :, None, None]

    def weights(
        self, features: Float[Tensor, "batch channels rows columns"]
    ) -> Float[Tensor, "batch channels"]:
        """How much of each channel passes."""
        squeezed = self.squeeze(features.mean(dim=(2, 3))).relu()
        return self.excite(squeezed).sigmoid()  # type: ignore[no-any-return]
