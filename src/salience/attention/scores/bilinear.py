"""The bilinear score: a dot product in a learned geometry."""

from jaxtyping import Float
from torch import Tensor, nn

from salience.attention.scores.dot_product import dot_product_scores


class BilinearScores(nn.Module):
    """Formula: score(q, k) = qᵀ W k; query and key may differ in width.

    Source: Luong et al., "Effective Approaches to Attention-based Neural Machine
    Translation" (2015), section 3.1, "general".
    """

    def __init__(self, *, query_width: int, key_width: int) -> None:
        super().__init__()
        self.key = nn.Linear(key_width, query_width, bias=False)

    def forward(
        self,
        query: Float[Tensor, "*batch query_len query_width"],
        key: Float[Tensor, "*batch key_len key_width"],
    ) -> Float[Tensor, "*batch query_len key_len"]:
        """Score every query with every key."""
        return dot_product_scores(query, self.key(key))
