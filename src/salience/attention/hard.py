"""Hard attention: look at one thing only."""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional

from salience.attention.distribution import attention_distribution, weighted_mean
from salience.attention.scores.score_function import ScoreFunction


class Chosen(NamedTuple):
    """What a query found at the one key it looked at; `weights` is 1 there and 0 elsewhere."""

    context: Float[Tensor, "*batch query_len value_width"]
    weights: Float[Tensor, "*batch query_len key_len"]
    log_probability: Float[Tensor, "*batch query_len"]


class HardAttention(nn.Module):
    """The distribution of soft attention, and one key of it instead of the mean of all.

    A choice has no gradient. The value of the chosen key does, and so does the logarithm of
    the choice's probability, by which `reinforce_loss` trains the score. A query that may see
    nothing finds zeros, surely.

    Source: Xu et al., "Show, Attend and Tell" (2015), section 4.1.
    """

    def __init__(self, score: ScoreFunction) -> None:
        super().__init__()
        self.score = score

    def forward(
        self,
        query: Float[Tensor, "*batch query_len query_width"],
        key: Float[Tensor, "*batch key_len key_width"],
        value: Float[Tensor, "*batch key_len value_width"],
        *,
        visible: Bool[Tensor, " *#batch #query_len key_len"],
    ) -> Chosen:
        """Look at the most probable key: for inference."""
        probabilities = attention_distribution(self.score(query, key), visible=visible)
        return _choose(probabilities, _or_none(probabilities).argmax(dim=-1), value)

    def sample(
        self,
        query: Float[Tensor, "*batch query_len query_width"],
        key: Float[Tensor, "*batch key_len key_width"],
        value: Float[Tensor, "*batch key_len value_width"],
        *,
        visible: Bool[Tensor, " *#batch #query_len key_len"],
        generator: torch.Generator | None = None,
    ) -> Chosen:
        """Look at a key drawn from the distribution: for training."""
        probabilities = attention_distribution(self.score(query, key), visible=visible)
        drawable = _or_none(probabilities).flatten(0, -2)
        drawn = torch.multinomial(drawable, 1, generator=generator)
        return _choose(probabilities, drawn.view(probabilities.shape[:-1]), value)


def _choose(
    probabilities: Float[Tensor, "*batch query_len key_len"],
    index: Int[Tensor, "*batch query_len"],
    value: Float[Tensor, "*batch key_len value_width"],
) -> Chosen:
    num_keys = probabilities.size(-1)
    weights = functional.one_hot(index, num_keys + 1)[..., :-1].to(probabilities.dtype)
    probability = (probabilities * weights).sum(dim=-1).masked_fill(index == num_keys, 1.0)
    return Chosen(weighted_mean(weights, value), weights, probability.log())


def _or_none(
    probabilities: Float[Tensor, "*batch query_len key_len"],
) -> Float[Tensor, "*batch query_len key_len+1"]:
    """With one more choice, none of the keys: sure for a query that may see nothing."""
    found = probabilities.detach()
    none = found.sum(dim=-1, keepdim=True) == 0
    return torch.cat([found, none.to(found.dtype)], dim=-1)
