"""Every channel of a map looks at every other: DANet's channel attention."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from salience.attention.distribution import attention_distribution, weighted_mean
from salience.attention.scores.dot_product import dot_product_scores


class ChannelAttention(nn.Module):
    """Adds to each channel what others hold, as much as a learned share says.

    Formula: output = features + share · softmax(X Xᵀ) X, where X has a row for each channel
    and the share is 0 at first. There is nothing else to learn: channels are compared as they
    are, which keeps the relation between them.

    Source: Fu et al., "Dual Attention Network for Scene Segmentation" (2019), section 3.3.
    """

    def __init__(self) -> None:
        super().__init__()
        self.share = nn.Parameter(torch.zeros(()))

    def forward(
        self, features: Float[Tensor, "batch channels rows columns"]
    ) -> Float[Tensor, "batch channels rows columns"]:
        """The features, and what like channels add to them."""
        context = weighted_mean(self.weights(features), features.flatten(2))
        return features + self.share * context.view_as(features)

    def weights(
        self, features: Float[Tensor, "batch channels rows columns"]
    ) -> Float[Tensor, "batch channels channels"]:
        """How much each channel looks at each other; a row sums to 1."""
        scores = dot_product_scores(features.flatten(2), features.flatten(2))
        return attention_distribution(scores, visible=torch.ones_like(scores, dtype=torch.bool))
