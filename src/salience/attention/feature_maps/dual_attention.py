"""Dual attention: over places and over channels, side by side."""

from jaxtyping import Float
from torch import Tensor, nn

from salience.attention.feature_maps.channel_attention import ChannelAttention
from salience.attention.feature_maps.position_attention import PositionAttention


class DualAttention(nn.Module):
    """The sum of position attention and channel attention over the same map.

    Source: Fu et al., "Dual Attention Network for Scene Segmentation" (2019), section 3.4,
    without the convolutions that DANet has before and after.
    """

    def __init__(self, *, channels: int, reduction: int = 8) -> None:
        super().__init__()
        self.position = PositionAttention(channels=channels, reduction=reduction)
        self.channel = ChannelAttention()

    def forward(
        self, features: Float[Tensor, "batch channels rows columns"]
    ) -> Float[Tensor, "batch channels rows columns"]:
        """Both, added."""
        return self.position(features) + self.channel(features)  # type: ignore[no-any-return]
