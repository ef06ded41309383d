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

    Formula: place = S · sigmoid(v · tanh(W q)), where S keys are visible;
    weight[s] = softmax over the window(score)[s] · exp(-(s - place)² / 2(half_width / 2)²).
    As in the paper, the faded weights of a row are not made to sum to 1 again: at most they do.

    Source: Luong et al., "Effective Approaches to Attention-based Neural Machine
    Translation" (2015), section 3.2, "local-p", equations 9 and 10.
    """

    def __init__(
        self, score: ScoreFunction, *, query_width: int, hidden_width: int, half_width: int
    ) -> None:
        super().__init__()
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
        weights = within * torch.exp(-2 * (distances / self.half_width).square())
        return Attended(weighted_mean(weights, value), weights)

    def places(
        self,
        query: Float[Tensor, "*batch query_len query_width"],
        *,
        visible: Bool[Tensor, " *#batch #query_len key_len"],
    ) -> Float[Tensor, "*batch query_len"]:
        """Where each query looks, from 0 to the number of keys that it may see."""
        share = self.place(self.hidden(query).tanh()).sigmoid().squeeze(-1)
        return share * visible.sum(dim=-1)  # type: ignore[no-any-return]
