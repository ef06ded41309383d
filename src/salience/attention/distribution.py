"""The two steps that every soft attention shares: a distribution, and a weighted mean."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor


def attention_distribution(
    scores: Float[Tensor, "*batch query_len key_len"],
    *,
    visible: Bool[Tensor, " *#batch #query_len key_len"],
) -> Float[Tensor, "*batch query_len key_len"]:
    """From scores to weights: a softmax over what each query may see.

    Formula: weight[i] = exp(score[i]) / sum of exp(score[j]) over the visible j. What is hidden
    weighs exactly 0. The row of a query that may look nowhere is all zeros: padded batches
    contain such rows, and softmax alone makes them NaN.
    """
    hidden = ~visible
    lowest = torch.finfo(scores.dtype).min
    return scores.masked_fill(hidden, lowest).softmax(dim=-1).masked_fill(hidden, 0.0)


def weighted_mean(
    weights: Float[Tensor, "*batch query_len key_len"],
    value: Float[Tensor, "*batch key_len value_width"],
) -> Float[Tensor, "*batch query_len value_width"]:
    """What the weights find in the values, in the precision of the values."""
    return weights.to(value.dtype) @ value
