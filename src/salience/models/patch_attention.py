"""Which Hugging Face image classifiers read patches by attention, and where they looked."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

NUM_SPECIAL = {
    "ViTForImageClassification": 1,
    "DeiTForImageClassification": 2,
    "DeiTForImageClassificationWithTeacher": 2,
    "BeitForImageClassification": 1,
}
"""How many tokens without a place are before the patches; other architectures have no map."""


def reading_tokens(architecture: str, *, averages_patches: bool) -> slice:
    """The tokens from whose last states the classes are told."""
    if averages_patches:
        return slice(NUM_SPECIAL[architecture], None)
    return slice(NUM_SPECIAL[architecture] if architecture.endswith("Teacher") else 1)


def patch_weights(layers: "Sequence[Tensor]", read: slice, *, num_special: int) -> "Tensor":
    """How much of what is read came from each patch, by attention rollout.

    From weights [batch, heads, tokens, tokens] of each layer, the first one first, to weights
    [batch, patches] that sum to 1. Source: Abnar and Zuidema (2020), as in `engines/rollout.py`,
    but only for the rows that are read, which takes a product of a row and a matrix a layer.
    """
    row = layers[0].new_zeros(layers[0].size(0), 1, layers[0].size(-1))
    row[:, :, read] = 1.0
    for weights in reversed(layers):
        row = (row + row @ weights.mean(dim=1)) / 2
    patches = row[:, 0, num_special:]
    return patches / patches.sum(dim=1, keepdim=True)
