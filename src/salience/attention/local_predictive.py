"""Local attention that predicts where to look, and looks around that."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from salience.attention.distribution import attention_distribution, weighted_mean
from salience.attention.masks import window_mask
from salience.attention.scores.score_function import ScoreFunction
from salience.attention.soft import Attended


class LocalPredictiveAttention(nn.Module):
    """Soft attention within a window around a predicted place, fading away from it.

    Formula: place = first + S · sigmoid(v · tanh(W q)), where S keys are visible, one beside
    the other from `first` on (from 0 on in the paper);
    weight[s] = softmax over the window(score)[s] · exp(-(s - place)² / 2(half_width / 2)²).
    As in the paper, the faded weights of a row are not made to sum to 1 again: at most they do.
    ValueError if `half_width` is less than 1.

    Source: Luong et al., "Effective Approaches to Attention-based Neural Machine
    Translation" (2015), section 3.2, "local-p", equations 9 and 10.
    """

    def __init__(
        self, score: ScoreFunction, *, query_width: int, hidden_width: int, half_width: int
    ) -> None:
        super().__init__()
        if half_width < 1:
            raise ValueError(f"half_width is {half_width}, and must be 1 at least")
        self.score = score
        self.hidden = nn.Linear(query_width, hidden_width, bias=False)
        self.place = nn.Linear(hidden_width, 1, bias=False)
        self.half_width = half_width

    def forward(
        self,
        query: Float[Tensor, "*batch query_len query_width"],
        key: Float[Tensor, "*batch key_len key_width"],
        value: Float[Tensor, "*batch key_len value_width"],
        *,
        visible: Bool[Tensor, " *#batch #query_len key_len"],
    ) -> Attended:
        """What each query finds around the place that it predicts."""
        places = self.places(query, visible=visible)
        window = window_mask(places, key.size(-2), half_width=self.half_width)
        within = attention_distribution(self.score(query, key), visible=visible & window)
        distances = torch.arange(key.size(-2), device=key.device) - places[..., None]
        fading = torch.exp(-2 * (distances / self.half_width).square())
        weights = within * fading.to(within.dtype)
        return Attended(weighted_mean(weights, value), weights)

    def places(
        self,
        query: Float[Tensor, "*batch query_len query_width"],
        *,
        visible: Bool[Tensor, " *#batch #query_len key_len"],
    ) -> Float[Tensor, "*batch query_len"]:
        """Where each query looks among the keys that it may see, in float32 at least."""
        share = self.place(self.hidden(query).tanh()).squeeze(-1)
        exact = torch.promote_types(share.dtype, torch.float32)  # bfloat16 cannot count past 256
        first = (visible.cumsum(dim=-1) == 0).sum(dim=-1)
        return first + share.to(exact).sigmoid() * visible.sum(dim=-1)  # type: ignore[no-any-return]
