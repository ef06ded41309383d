"""A recurrent network that gives every token a tag, with self-attention over its states."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from salience.attention import MultiHeadAttention, padding_mask
from salience.models.conditional_random_field import ConditionalRandomField
from salience.models.token_classifier import ScoredTokens


@dataclass(frozen=True)
class RecurrentTaggerSize:
    """How big the tagger is; `num_cases` counts case classes."""

    vocabulary: int
    width: int
    hidden_width: int
    num_heads: int
    num_cases: int
    dropout: float


def small_recurrent_tagger(*, vocabulary: int, num_cases: int) -> RecurrentTaggerSize:
    """Five million parameters, nearly all of them word pieces."""
    return RecurrentTaggerSize(
        vocabulary=vocabulary,
        width=128,
        hidden_width=128,
        num_heads=4,
        num_cases=num_cases,
        dropout=0.4,
    )


class RecurrentTagger(nn.Module):
    """Reads in both directions, looks around, and scores the tags.

    Tokens are integers as the BERT encoder takes them: `piece + vocabulary * case`. The
    field over the tags, `field`, is trained with the scores and read when they are decoded.
    """

    def __init__(self, size: RecurrentTaggerSize, *, num_tags: int) -> None:
        super().__init__()
        self.size = size
        both = 2 * size.hidden_width
        self.pieces = nn.Embedding(size.vocabulary, size.width)
        self.cases = nn.Embedding(size.num_cases, size.width)
        self.dropout = nn.Dropout(size.dropout)
        self.reader = nn.LSTM(size.width, size.hidden_width, batch_first=True, bidirectional=True)
        self.norm = nn.LayerNorm(both)
        self.attention = MultiHeadAttention(width=both, num_heads=size.num_heads)
        self.tags = nn.Linear(both, num_tags)
        self.field = ConditionalRandomField(num_tags)
        nn.init.normal_(self.cases.weight, std=0.1)

    def forward(
        self, tokens: Int[Tensor, "batch len"], lengths: Int[Tensor, " batch"]
    ) -> Float[Tensor, "batch len tags"]:
        """Scores of every tag at every token, its neighbours left out of account."""
        return self.explained(tokens, lengths).scores

    def explained(
        self, tokens: Int[Tensor, "batch len"], lengths: Int[Tensor, " batch"]
    ) -> ScoredTokens:
        """The same, with where the one layer of attention looked."""
        vocabulary = self.size.vocabulary
        embedded = self.pieces(tokens % vocabulary) + self.cases(tokens // vocabulary)
        packed = nn.utils.rnn.pack_padded_sequence(
            self.dropout(embedded), lengths.cpu(), batch_first=True, enforce_sorted=False
        )
        read, _ = self.reader(packed)
        states, _ = nn.utils.rnn.pad_packed_sequence(
            read, batch_first=True, total_length=tokens.size(1)
        )
        normed = self.norm(states)
        visible = padding_mask(lengths, tokens.size(1))
        memory = self.attention.remember(normed)
        looked, weights = self.attention.attend(normed, memory, visible=visible)
        return ScoredTokens(self.tags(self.dropout(states + looked)), [weights])


def principal_components(table: Float[Tensor, "rows wide"], width: int) -> Tensor:
    """The rows of a table in its `width` directions of most variance, of variance one."""
    centred = table - table.mean(0)
    _, _, directions = torch.pca_lowrank(centred, q=width, center=False)
    projected = centred @ directions
    return projected / projected.std()
