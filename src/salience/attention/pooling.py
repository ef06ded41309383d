"""Attention pooling: from a map of features to scores of classes."""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn


class Pooled(NamedTuple):
    """Scores of classes before softmax, and the weights of the places that they come from."""

    scores: Float[Tensor, "batch classes"]
    weights: Float[Tensor, "batch places"]


class AttentionPooling(nn.Module):
    """Classifies a map of features, looking where it speaks for what it seems to show.

    The query is what the average of the map says: the weights of the classes, each as much
    as it is likely. The places are weighted by the softmax of `sharpness` times their product
    with the query, and classified by their weighted sum. With a sharpness of zero all places
    weigh the same, and this is average pooling and a linear layer, exactly.

    Sources: class weights as queries, sharpened by a temperature, are from Zhu and Wu, "Residual
    Attention" (2021), where each class has a map of its own; one map for all, asked for by the
    average, is from Radford et al., "Learning Transferable Visual Models" (2021), section 2.4.
    """

    def __init__(self, *, width: int, num_classes: int) -> None:
        super().__init__()
        self.classes = nn.Linear(width, num_classes)
        self.sharpness = nn.Parameter(torch.zeros(()))

    def forward(self, features: Float[Tensor, "batch places width"]) -> Pooled:
        """The scores, and where they come from: a row of weights sums to 1."""
        weights = (self.sharpness * self._agreement(features)).softmax(dim=1)
        return Pooled(self.classes((weights[:, None] @ features).squeeze(1)), weights)

    def _agreement(
        self, features: Float[Tensor, "batch places width"]
    ) -> Float[Tensor, "batch places"]:
        likely: Tensor = self.classes(features.mean(dim=1)).softmax(dim=1)
        query = likely @ self.classes.weight
        return (features @ query[:, :, None]).squeeze(2)
