"""Soft attention: look at everything, at each thing as much as it deserves."""

from typing import NamedTuple

from jaxtyping import Bool, Float
from torch import Tensor, nn

from salience.attention.distribution import attention_distribution, weighted_mean
from salience.attention.scores.score_function import ScoreFunction


class Attended(NamedTuple):
    """What a query found, and how much it looked at each key."""

    context: Float[Tensor, "*batch query_len value_width"]
    weights: Float[Tensor, "*batch query_len key_len"]


class SoftAttention(nn.Module):
    """Global attention in two steps: a distribution over the keys, a weighted mean of the values.

    As addressing: the query is compared with the address (key) of every cell of a memory, and
    reads of each cell's content (value) as much as its address matches. Where the inputs are
    their own addresses, key and value are the same tensor.

    Sources: Bahdanau et al., "Neural Machine Translation by Jointly Learning to Align and
    Translate" (2015), section 3.1; Miller et al., "Key-Value Memory Networks for Directly
    Reading Documents" (2016), section 3.1, for keys apart from values.
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
    ) -> Attended:
        """What each query finds in the memory; a query that may see nothing finds zeros."""
        weights = attention_distribution(self.score(query, key), visible=visible)
        return Attended(weighted_mean(weights, value), weights)
