"""The dot product as a score."""

from jaxtyping import Float
from torch import Tensor


def dot_product_scores(
    query: Float[Tensor, "*batch query_len width"], key: Float[Tensor, "*batch key_len width"]
) -> Float[Tensor, "*batch query_len key_len"]:
    """Formula: score(q, k) = q · k.

    Source: Luong et al., "Effective Approaches to Attention-based Neural Machine
    Translation" (2015), section 3.1, "dot".
    """
    return query @ key.transpose(-2, -1)
