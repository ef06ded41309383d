"""The attention kernel that every variant in this folder shares.

Source: Vaswani et al., "Attention Is All You Need" (2017), equation 1.
"""

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor


def attention_weights(
    query: Float[Tensor, "batch heads query_len head_dim"],
    key: Float[Tensor, "batch heads key_len head_dim"],
    *,
    visible: Bool[Tensor, " #batch #heads #query_len key_len"],
) -> Float[Tensor, "batch heads query_len key_len"]:
    """How much each query looks at each key; a row sums to 1.

    `visible` is True where a query may look. The row of a query that may look nowhere
    is all zeros: padded batches contain such rows, and softmax alone makes them NaN.
    """
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.size(-1))
    hidden = ~visible
    lowest = torch.finfo(scores.dtype).min
    return scores.masked_fill(hidden, lowest).softmax(dim=-1).masked_fill(hidden, 0.0)


def scaled_dot_product(
    query: Float[Tensor, "batch heads query_len head_dim"],
    key: Float[Tensor, "batch heads key_len head_dim"],
    value: Float[Tensor, "batch heads key_len value_dim"],
    *,
    visible: Bool[Tensor, " #batch #heads #query_len key_len"],
) -> Float[Tensor, "batch heads query_len value_dim"]:
    """Average the values, weighted by how well each key answers the query."""
    return attention_weights(query, key, visible=visible).to(value.dtype) @ value
