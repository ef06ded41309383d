"""The location-based score: the query alone decides where to look."""

from jaxtyping import Float
from torch import Tensor, nn


class LocationScores(nn.Module):
    """Formula: score(q, k at place i) = (W q)[i]; what the key says plays no part.

    Source: Luong et al., "Effective Approaches to Attention-based Neural Machine
    Translation" (2015), equation 8.
    """

    def __init__(self, *, query_width: int, max_len: int) -> None:
        super().__init__()
        self.places = nn.Linear(query_width, max_len, bias=False)

    def forward(
        self,
        query: Float[Tensor, "*batch query_len query_width"],
        key: Float[Tensor, "*batch key_len key_width"],
    ) -> Float[Tensor, "*batch query_len key_len"]:
        """Score every query with every place; there may be `max_len` at most."""
        key_len = key.size(-2)
        if key_len > self.places.out_features:
            raise ValueError(f"{key_len} keys, and max_len is {self.places.out_features}")
        return self.places(query)[..., :key_len]  # type: ignore[no-any-return]
