"""Recurrent networks that translate, with and without attention.

Without: the source's last states are all that the decoder knows of it (Cho et al., 2014;
Sutskever et al., 2014). With: at each step it looks at every source position again
(Bahdanau et al., "Neural Machine Translation by Jointly Learning to Align and
Translate", 2015).
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from salience.attention import AdditiveScores, attention_distribution, padding_mask, weighted_mean
from salience.models.translation_network import TranslationNetwork


@dataclass(frozen=True)
class RecurrentSize:
    """How big a recurrent translator is; lengths are in tokens."""

    vocabulary: int
    width: int
    hidden_width: int
    max_len: int
    dropout: float


def small_recurrent_translator(vocabulary: int) -> RecurrentSize:
    """At 5,000 subwords 5.0 million parameters, with attention 5.5 million."""
    return RecurrentSize(
        vocabulary=vocabulary, width=256, hidden_width=384, max_len=256, dropout=0.3
    )


@dataclass(frozen=True)
class ReadSource:
    """A batch of source sentences: the states of both directions, and the decoder's first.

    `keys` are the states as an attention compares them, if there is one.
    """

    states: Float[Tensor, "batch source_len both"]
    keys: Float[Tensor, "batch source_len key_width"]
    visible: Bool[Tensor, "batch source_len"]
    first: Float[Tensor, "batch hidden"]

    def rows(self, index: Tensor) -> "ReadSource":
        """The sentences that `index` names, in its order."""
        return ReadSource(
            self.states[index], self.keys[index], self.visible[index], self.first[index]
        )


class RecurrentTranslator(TranslationNetwork):
    """Two recurrent networks; between them one vector for each sentence."""

    def __init__(self, size: RecurrentSize) -> None:
        super().__init__()
        self.size = size
        width, hidden = size.width, size.hidden_width
        self.embedding = nn.Embedding(size.vocabulary, width)
        self.dropout = nn.Dropout(size.dropout)
        self.reader = nn.GRU(width, hidden, batch_first=True, bidirectional=True)
        self.first = nn.Linear(2 * hidden, hidden)
        self.writer = nn.GRUCell(width + 2 * hidden, hidden)
        self.readout = nn.Linear(width + 3 * hidden, width)
        nn.init.normal_(self.embedding.weight, std=width**-0.5)

    def forward(
        self,
        source: Int[Tensor, "batch source_len"],
        source_lengths: Int[Tensor, " batch"],
        target: Int[Tensor, "batch target_len"],
    ) -> Float[Tensor, "batch target_len width"]:
        """The decoder's state at each target position; `logits` turns it into scores."""
        encoded = self.encode(source, source_lengths)
        state, states = encoded.first, []
        for word in self._embed(target).unbind(1):
            state, read = self._write(word, state, encoded)
            states.append(read)
        return torch.stack(states, dim=1)

    def logits(self, hidden: Float[Tensor, "*batch width"]) -> Float[Tensor, "*batch vocabulary"]:
        """Scores over the vocabulary, by the embedding table itself."""
        return hidden @ self.embedding.weight.to(hidden.dtype).T

    def encode(
        self, source: Int[Tensor, "batch source_len"], lengths: Int[Tensor, " batch"]
    ) -> ReadSource:
        """Read the source once, in both directions."""
        packed = nn.utils.rnn.pack_padded_sequence(
            self._embed(source), lengths.cpu(), batch_first=True, enforce_sorted=False
        )
        read, last = self.reader(packed)
        states, _ = nn.utils.rnn.pad_packed_sequence(
            read, batch_first=True, total_length=source.size(1)
        )
        first = self.first(torch.cat([last[0], last[1]], dim=-1)).tanh()
        visible = padding_mask(lengths, source.size(1))[:, 0, 0]
        return ReadSource(states, self.keys(states), visible, first)

    def step(
        self, newest: Int[Tensor, "batch 1"], encoded: ReadSource, past: Tensor | None
    ) -> tuple[Float[Tensor, "batch vocabulary"], Tensor]:
        """Scores of the next subword, and the memory to pass to the next step."""
        state = encoded.first if past is None else past
        state, read = self._write(self._embed(newest)[:, 0], state, encoded)
        return self.logits(read), state

    def continued(self, past: Tensor, rows: Int[Tensor, " rows"]) -> Tensor:
        """The memory with each row going on from another one."""
        return past[rows]

    def keys(self, states: Tensor) -> Tensor:
        """What is computed once of the source's states."""
        return states

    def context(
        self, state: Float[Tensor, "batch hidden"], encoded: ReadSource
    ) -> Float[Tensor, "batch both"]:
        """What the decoder knows of the source at this step: always the same."""
        hidden = self.size.hidden_width
        last = encoded.visible.sum(1) - 1
        forward = encoded.states[torch.arange(len(last), device=last.device), last, :hidden]
        return torch.cat([forward, encoded.states[:, 0, hidden:]], dim=-1)

    def _write(self, word: Tensor, state: Tensor, encoded: ReadSource) -> tuple[Tensor, Tensor]:
        context = self.context(state, encoded)
        state = self.writer(torch.cat([word, context], dim=-1), state)
        read = self.readout(torch.cat([word, state, context], dim=-1)).tanh()
        return state, self.dropout(read)

    def _embed(self, tokens: Tensor) -> Tensor:
        scaled = self.embedding(tokens) * self.size.width**0.5
        return self.dropout(scaled)  # type: ignore[no-any-return]


class AttentiveRecurrentTranslator(RecurrentTranslator):
    """The same, with a fresh look at the whole source before every word."""

    def __init__(self, size: RecurrentSize) -> None:
        super().__init__(size)
        hidden = size.hidden_width
        self.score = AdditiveScores(query_width=hidden, key_width=2 * hidden, hidden_width=hidden)

    def alignment(
        self,
        source: Int[Tensor, "batch source_len"],
        source_lengths: Int[Tensor, " batch"],
        target: Int[Tensor, "batch target_len"],
    ) -> Float[Tensor, "batch target_len source_len"]:
        """Where the decoder looks before each word."""
        encoded = self.encode(source, source_lengths)
        state, looks = encoded.first, []
        for word in self._embed(target).unbind(1):
            looks.append(self.weights(state, encoded))
            state, _ = self._write(word, state, encoded)
        return torch.stack(looks, dim=1)

    def keys(self, states: Tensor) -> Tensor:
        """The states' part of the additive score."""
        return self.score.remember(states)

    def context(
        self, state: Float[Tensor, "batch hidden"], encoded: ReadSource
    ) -> Float[Tensor, "batch both"]:
        """The mean of the source's states, weighted by how well they fit this step."""
        weights = self.weights(state, encoded)
        return weighted_mean(weights[:, None], encoded.states)[:, 0]

    def weights(
        self, state: Float[Tensor, "batch hidden"], encoded: ReadSource
    ) -> Float[Tensor, "batch source_len"]:
        """How much the decoder in this state looks at each source position."""
        scores = self.score.compare(state[:, None], encoded.keys)
        return attention_distribution(scores, visible=encoded.visible[:, None])[:, 0]
