"""The content-based score: the angle between query and key, whatever their lengths."""

from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from salience.attention.scores.dot_product import dot_product_scores


def cosine_scores(
    query: Float[Tensor, "*batch query_len width"],
    key: Float[Tensor, "*batch key_len width"],
    *,
    sharpness: float = 1.0,
) -> Float[Tensor, "*batch query_len key_len"]:
    """Formula: score(q, k) = sharpness · (q · k) / (|q| |k|).

    A cosine is at most 1, so that without a sharpness above 1 the weights stay nearly even.

    Source: Graves et al., "Neural Turing Machines" (2014), equations 5 and 6.
    """
    directions = (functional.normalize(vectors, dim=-1) for vectors in (query, key))
    return sharpness * dot_product_scores(*directions)
