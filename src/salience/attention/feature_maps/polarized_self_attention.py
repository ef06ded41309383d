"""Polarized self-attention: channels and places, each at full resolution of its own."""

from jaxtyping import Float
from torch import Tensor, nn

from salience.attention.feature_maps.polarized_channels import PolarizedChannels
from salience.attention.feature_maps.polarized_places import PolarizedPlaces


class PolarizedSelfAttention(nn.Module):
    """The two halves side by side, added: the paper's parallel layout.

    For its sequential layout put one half behind the other:
    `nn.Sequential(PolarizedChannels(...), PolarizedPlaces(...))`.

    Source: Liu et al., "Polarized Self-Attention: Towards High-quality Pixel-wise
    Regression" (2021), equation 3.
    """

    def __init__(self, *, channels: int) -> None:
        super().__init__()
        self.channels = PolarizedChannels(channels=channels)
        self.places = PolarizedPlaces(channels=channels)

    def forward(
        self, features: Float[Tensor, "batch channels rows columns"]
    ) -> Float[Tensor, "batch channels rows columns"]:
        """The features, as loud as their channel and their place matter."""
        return self.channels(features) + self.places(features)  # type: ignore[no-any-return]
