"""Local attention that moves on by one key with each query."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from salience.attention.masks import window_mask
from salience.attention.scores.score_function import ScoreFunction
from salience.attention.soft import Attended, SoftAttention


class LocalMonotonicAttention(nn.Module):
    """Soft attention within a window of `half_width` keys to either side of the query's place.

    Source: Luong et al., "Effective Approaches to Attention-based Neural Machine
    Translation" (2015), section 3.2, "local-m".
    """

    def __init__(self, score: ScoreFunction, *, half_width: int) -> None:
        super().__init__()
        self.attention = SoftAttention(score)
        self.half_width = half_width

    def forward(
        self,
        query: Float[Tensor, "*batch query_len query_width"],
        key: Float[Tensor, "*batch key_len key_width"],
        value: Float[Tensor, "*batch key_len value_width"],
        *,
        visible: Bool[Tensor, " *#batch #query_len key_len"],
        first_place: int = 0,
    ) -> Attended:
        """What each query finds; the first stands at key number `first_place`."""
        places = torch.arange(query.size(-2), device=query.device) + float(first_place)
        window = window_mask(places, key.size(-2), half_width=self.half_width)
        return self.attention(query, key, value, visible=visible & window)  # type: ignore[no-any-return]
