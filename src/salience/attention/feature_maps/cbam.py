"""The convolutional block attention module: what matters, then where."""

from jaxtyping import Float
from torch import Tensor, nn

from salience.attention.feature_maps.channel_gate import ChannelGate
from salience.attention.feature_maps.spatial_gate import SpatialGate


class CBAM(nn.Module):
    """First the channels are weighed, then the places of what is left.

    In a residual network it stands at the end of a block, before the addition. As in the
    paper's formulas, and other than in its code, nothing is normalized inside.

    Source: Woo et al., "CBAM: Convolutional Block Attention Module" (2018), equation 1.
    """

    def __init__(self, *, channels: int, reduction: int = 16, window: int = 7) -> None:
        super().__init__()
        self.channel = ChannelGate(channels=channels, reduction=reduction)
        self.spatial = SpatialGate(window=window)

    def forward(
        self, features: Float[Tensor, "batch channels rows columns"]
    ) -> Float[Tensor, "batch channels rows columns"]:
        """The features, as loud as their channel and their place matter."""
        return self.spatial(self.channel(features))  # type: ignore[no-any-return]

    def map(
        self, features: Float[Tensor, "batch channels rows columns"]
    ) -> Float[Tensor, "batch rows columns"]:
        """How much of each place passes: what can be laid over a picture."""
        return self.spatial.weights(self.channel(features))
