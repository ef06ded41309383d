"""The attention kernel that the multi-head variants in this folder share.

Source: Vaswani et al., "Attention Is All You Need" (2017), equation 1.
"""

from jaxtyping import Bool, Float
from torch import Tensor

from salience.attention.distribution import attention_distribution, weighted_mean
from salience.attention.scores.scaled_dot_product import scaled_dot_product_scores


def attention_weights(
    query: Float[Tensor, "*batch query_len head_width"],
    key: Float[Tensor, "*batch key_len head_width"],
    *,
    visible: Bool[Tensor, " *#batch #query_len key_len"],
) -> Float[Tensor, "*batch query_len key_len"]:
    """How much each query looks at each key; a row sums to 1, or to 0 if it sees nothing."""
    return attention_distribution(scaled_dot_product_scores(query, key), visible=visible)


def scaled_dot_product(
    query: Float[Tensor, "*batch query_len head_width"],
    key: Float[Tensor, "*batch key_len head_width"],
    value: Float[Tensor, "*batch key_len value_width"],
    *,
    visible: Bool[Tensor, " *#batch #query_len key_len"],
) -> Float[Tensor, "*batch query_len value_width"]:
    """Average the values, weighted by how well each key answers the query."""
    return weighted_mean(attention_weights(query, key, visible=visible), value)
