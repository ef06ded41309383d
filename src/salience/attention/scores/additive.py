"""The additive score: a small network that sees the query and the key together."""

from jaxtyping import Float
from torch import Tensor, nn


class AdditiveScores(nn.Module):
    """Formula: score(q, k) = v · tanh(W q + U k).

    Query and key may differ in width. The product with U does not depend on the query: a
    decoder that looks at one memory many times does it once, with `remember`.

    Source: Bahdanau et al., "Neural Machine Translation by Jointly Learning to Align and
    Translate" (2015), appendix A.1.2.
    """

    def __init__(self, *, query_width: int, key_width: int, hidden_width: int) -> None:
        super().__init__()
        self.query = nn.Linear(query_width, hidden_width, bias=False)
        self.key = nn.Linear(key_width, hidden_width, bias=False)
        self.score = nn.Linear(hidden_width, 1, bias=False)

    def forward(
        self,
        query: Float[Tensor, "*batch query_len query_width"],
        key: Float[Tensor, "*batch key_len key_width"],
    ) -> Float[Tensor, "*batch query_len key_len"]:
        """Score every query with every key."""
        return self.compare(query, self.remember(key))

    def remember(
        self, key: Float[Tensor, "*batch key_len key_width"]
    ) -> Float[Tensor, "*batch key_len hidden_width"]:
        """The keys' part of the sum, U k."""
        return self.key(key)  # type: ignore[no-any-return]

    def compare(
        self,
        query: Float[Tensor, "*batch query_len query_width"],
        remembered: Float[Tensor, "*batch key_len hidden_width"],
    ) -> Float[Tensor, "*batch query_len key_len"]:
        """Score every query with every remembered key."""
        sums = self.query(query).unsqueeze(-2) + remembered.unsqueeze(-3)
        return self.score(sums.tanh()).squeeze(-1)  # type: ignore[no-any-return]
