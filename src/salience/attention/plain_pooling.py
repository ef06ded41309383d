"""Attention without a query: every value counts the same, or the largest alone.

What draws the eye without being looked for. It is what soft attention comes to when all
scores are equal, and what it is measured against.
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from salience.attention.distribution import attention_distribution, weighted_mean


def average_pooling(
    value: Float[Tensor, "*batch key_len width"], *, visible: Bool[Tensor, " *#batch key_len"]
) -> Float[Tensor, "*batch width"]:
    """The mean of the visible values; zeros where none is.

    Source: the average of Nadaraya-Watson regression with a constant kernel; Lin et al.,
    "Network In Network" (2014), section 3.2, for maps of features.
    """
    indifferent = torch.zeros_like(value[..., :1]).transpose(-2, -1)
    weights = attention_distribution(indifferent, visible=visible[..., None, :])
    return weighted_mean(weights, value).squeeze(-2)


def maximum_pooling(
    value: Float[Tensor, "*batch key_len width"], *, visible: Bool[Tensor, " *#batch key_len"]
) -> Float[Tensor, "*batch width"]:
    """The largest of the visible values, entry by entry; zeros where none is.

    Source: Collobert et al., "Natural Language Processing (Almost) from Scratch" (2011),
    section 3.3.2.
    """
    if value.size(-2) == 0:
        return value.sum(dim=-2)
    lowest = torch.finfo(value.dtype).min
    largest = value.masked_fill(~visible[..., None], lowest).amax(dim=-2)
    return largest.masked_fill(~visible.any(dim=-1)[..., None], 0.0)
