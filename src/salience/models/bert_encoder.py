"""The post-norm Transformer encoder of BERT, which also sees how a token was cased.

Source: Devlin et al., "BERT" (2019). An uncased vocabulary spells `Apple` and `apple`
alike, so each token carries its case in the same integer: see `BertEmbedding`.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from salience.attention import HeadsAttended, MultiHeadAttention, padding_mask


@dataclass(frozen=True)
class BertSize:
    """How big a BERT encoder is; `max_len` is in tokens, `num_cases` counts case classes."""

    vocabulary: int
    width: int
    inner_width: int
    num_heads: int
    num_layers: int
    max_len: int
    num_cases: int
    dropout: float


def minilm_l6(*, num_cases: int) -> BertSize:
    """MiniLM with 6 layers: 22.6 million parameters, half of them word pieces.

    Source: Wang et al., "MiniLM" (2020).
    """
    return BertSize(
        vocabulary=30_522,
        width=384,
        inner_width=1_536,
        num_heads=12,
        num_layers=6,
        max_len=512,
        num_cases=num_cases,
        dropout=0.1,
    )


class BertEmbedding(nn.Module):
    """What a token is, how it is cased, and where it stands.

    A token's integer is `piece + vocabulary * case`. The case vectors start at zero:
    until they are trained, the encoder answers as the uncased one it came from.
    """

    def __init__(self, size: BertSize) -> None:
        super().__init__()
        self.vocabulary = size.vocabulary
        self.pieces = nn.Embedding(size.vocabulary, size.width)
        self.cases = nn.Embedding(size.num_cases, size.width)
        self.positions = nn.Embedding(size.max_len, size.width)
        self.norm = nn.LayerNorm(size.width, eps=1e-12)
        self.dropout = nn.Dropout(size.dropout)
        nn.init.zeros_(self.cases.weight)

    def forward(self, tokens: Int[Tensor, "batch len"]) -> Float[Tensor, "batch len width"]:
        """One vector per token."""
        pieces = self.pieces(tokens % self.vocabulary)
        cases = self.cases(tokens // self.vocabulary)
        places = self.positions(torch.arange(tokens.size(1), device=tokens.device))
        return self.dropout(self.norm(pieces + cases + places))  # type: ignore[no-any-return]


class BertLayer(nn.Module):
    """Look around, then think, each followed by its normalization."""

    def __init__(self, size: BertSize) -> None:
        super().__init__()
        self.attention = MultiHeadAttention(width=size.width, num_heads=size.num_heads)
        self.attention_norm = nn.LayerNorm(size.width, eps=1e-12)
        self.inner = nn.Linear(size.width, size.inner_width)
        self.outer = nn.Linear(size.inner_width, size.width)
        self.thought_norm = nn.LayerNorm(size.width, eps=1e-12)
        self.dropout = nn.Dropout(size.dropout)

    def forward(
        self,
        inputs: Float[Tensor, "batch len width"],
        *,
        visible: Bool[Tensor, "batch 1 1 len"],
    ) -> Float[Tensor, "batch len width"]:
        """One layer of the encoder."""
        return self.attend(inputs, visible=visible).outputs

    def attend(
        self,
        inputs: Float[Tensor, "batch len width"],
        *,
        visible: Bool[Tensor, "batch 1 1 len"],
    ) -> HeadsAttended:
        """The same, with where each head looked."""
        memory = self.attention.remember(inputs)
        looked, weights = self.attention.attend(inputs, memory, visible=visible)
        hidden = self.attention_norm(inputs + self.dropout(looked))
        thought = self.outer(nn.functional.gelu(self.inner(hidden)))
        return HeadsAttended(self.thought_norm(hidden + self.dropout(thought)), weights)


class LookedAt(NamedTuple):
    """The last states, and the weights [batch, heads, len, len] of each layer."""

    states: Float[Tensor, "batch len width"]
    weights: list[Tensor]


class BertEncoder(nn.Module):
    """Reads tokens and gives each of them a vector that knows its context."""

    def __init__(self, size: BertSize) -> None:
        super().__init__()
        self.embedding = BertEmbedding(size)
        self.layers = nn.ModuleList([BertLayer(size) for _ in range(size.num_layers)])

    def forward(
        self, tokens: Int[Tensor, "batch len"], lengths: Int[Tensor, " batch"]
    ) -> Float[Tensor, "batch len width"]:
        """The last layer's state at each token; past a row's length it means nothing."""
        return self.attend(tokens, lengths).states

    def attend(self, tokens: Int[Tensor, "batch len"], lengths: Int[Tensor, " batch"]) -> LookedAt:
        """The same, with where each layer looked."""
        visible = padding_mask(lengths, tokens.size(1))
        hidden: Tensor = self.embedding(tokens)
        looks = []
        for layer in self.layers:
            assert isinstance(layer, BertLayer)
            hidden, weights = layer.attend(hidden, visible=visible)
            looks.append(weights)
        return LookedAt(hidden, looks)
