"""The dot product as a score, kept to one size whatever the width."""

import math

from jaxtyping import Float
from torch import Tensor

from salience.attention.scores.dot_product import dot_product_scores


def scaled_dot_product_scores(
    query: Float[Tensor, "*batch query_len width"], key: Float[Tensor, "*batch key_len width"]
) -> Float[Tensor, "*batch query_len key_len"]:
    """Formula: score(q, k) = q · k / √width.

    The product of two vectors of independent entries of variance 1 has variance `width`;
    divided, it has variance 1, and the softmax after it a gradient.

    Source: Vaswani et al., "Attention Is All You Need" (2017), section 3.2.1.
    """
    return dot_product_scores(query, key) / math.sqrt(query.size(-1))
