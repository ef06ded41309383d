"""Every place of a map looks at every other: DANet's position attention."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from salience.attention.distribution import weighted_mean
from salience.attention.scores.dot_product import dot_product_scores


class PositionAttention(nn.Module):
    """Adds to each place what like places hold, as much as a learned share says.

    Formula: output = features + share · Σⱼ softmaxⱼ(qᵢ · kⱼ) vⱼ, with the share 0 at first, so
    that an untrained one changes nothing. The generator of SAGAN attends in the same way.

    Sources: Fu et al., "Dual Attention Network for Scene Segmentation" (2019), section 3.2;
    Zhang et al., "Self-Attention Generative Adversarial Networks" (2019), section 3.
    """

    def __init__(self, *, channels: int, reduction: int = 8) -> None:
        super().__init__()
        hidden = max(channels // reduction, 1)
        self.query = nn.Conv2d(channels, hidden, 1)
        self.key = nn.Conv2d(channels, hidden, 1)
        self.value = nn.Conv2d(channels, channels, 1)
        self.share = nn.Parameter(torch.zeros(()))

    def forward(
        self, features: Float[Tensor, "batch channels rows columns"]
    ) -> Float[Tensor, "batch channels rows columns"]:
        """The features, and what like places add to them."""
        context = weighted_mean(self.weights(features), _places(self.value(features)))
        return features + self.share * context.transpose(1, 2).view_as(features)

    def weights(
        self, features: Float[Tensor, "batch channels rows columns"]
    ) -> Float[Tensor, "batch places places"]:
        """How much each place looks at each other; a row sums to 1."""
        query, key = _places(self.query(features)), _places(self.key(features))
        return dot_product_scores(query, key).softmax(dim=-1)  # no place is hidden


def _places(
    features: Float[Tensor, "batch channels rows columns"],
) -> Float[Tensor, "batch places channels"]:
    return features.flatten(2).transpose(1, 2)
