"""The recurrent pointer-generator with coverage.

Source: See et al., "Get To The Point: Summarization with Pointer-Generator Networks"
(2017): one additive attention both informs the decoder and says what is copied, and what
it has looked at before counts against looking there again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from salience.attention import AdditiveScores, attention_distribution, padding_mask, weighted_mean
from salience.models.pointer import Choices, CopyMixture
from salience.models.stored_weights import load_weights
from salience.models.writing_network import WritingNetwork


@dataclass(frozen=True)
class PointerGeneratorSize:
    """How big the network is; `num_styles` counts the kinds of lines it can write."""

    vocabulary: int
    width: int
    hidden_width: int
    num_styles: int
    dropout: float


def small_pointer_generator(*, vocabulary: int, num_styles: int) -> PointerGeneratorSize:
    """Seven million parameters, most of them word pieces."""
    return PointerGeneratorSize(
        vocabulary=vocabulary, width=128, hidden_width=256, num_styles=num_styles, dropout=0.2
    )


@dataclass(frozen=True)
class ReadTexts:
    """A batch of texts: states, their part of the additive score, and what can be copied."""

    pieces: Int[Tensor, "batch text_len"]
    states: Float[Tensor, "batch text_len both"]
    keys: Float[Tensor, "batch text_len hidden"]
    visible: Bool[Tensor, "batch text_len"]

    def rows(self, index: Tensor) -> "ReadTexts":
        """The texts that `index` names, in its order."""
        return ReadTexts(
            self.pieces[index], self.states[index], self.keys[index], self.visible[index]
        )


class WriterState(NamedTuple):
    """What the decoder carries along; `coverage` is the sum of its weights so far."""

    hidden: Float[Tensor, "batch hidden"]
    cell: Float[Tensor, "batch hidden"]
    coverage: Float[Tensor, "batch text_len"]

    def rows(self, index: Tensor) -> "WriterState":
        """The rows that `index` names, in its order."""
        return WriterState(*(part[index] for part in self))


class Written(NamedTuple):
    """What comes next at each place, and how much was looked at again (the coverage loss)."""

    choices: Choices
    repeated: Float[Tensor, "batch target_len"]


class PointerGenerator(WritingNetwork):
    """Implements WritingNetwork with two recurrent networks and one attention."""

    def __init__(self, size: PointerGeneratorSize, generated: Int[Tensor, " generated"]) -> None:
        super().__init__()
        self.size = size
        width, hidden = size.width, size.hidden_width
        self.embedding = nn.Embedding(size.vocabulary, width)
        self.styles = nn.Embedding(size.num_styles, hidden)
        self.dropout = nn.Dropout(size.dropout)
        self.reader = nn.LSTM(width, hidden, batch_first=True, bidirectional=True)
        self.first = nn.Linear(2 * hidden, hidden)
        self.writer = nn.LSTMCell(width + 2 * hidden, hidden)
        self.score = AdditiveScores(query_width=hidden, key_width=2 * hidden, hidden_width=hidden)
        self.covered = nn.Linear(1, hidden, bias=False)
        self.readout = nn.Linear(3 * hidden, width)
        self.written = nn.Linear(width, len(generated))
        self.writes = nn.Linear(3 * hidden + width, 1)
        self.pointer = CopyMixture(vocabulary=size.vocabulary, generated=generated)
        nn.init.normal_(self.styles.weight, std=0.02)

    def read(
        self, tokens: Int[Tensor, "batch len"], lengths: Int[Tensor, " batch"]
    ) -> Float[Tensor, "batch len both"]:
        """The states of the pieces of each window, in both directions."""
        packed = nn.utils.rnn.pack_padded_sequence(
            self.dropout(self.embedding(tokens)),
            lengths.cpu(),
            batch_first=True,
            enforce_sorted=False,
        )
        states, _ = nn.utils.rnn.pad_packed_sequence(
            self.reader(packed)[0], batch_first=True, total_length=tokens.size(1)
        )
        return states

    def remember(
        self,
        states: Float[Tensor, "batch len both"],
        pieces: Int[Tensor, "batch len"],
        lengths: Int[Tensor, " batch"],
    ) -> ReadTexts:
        """Whole texts out of the states of their pieces, special pieces left out."""
        visible = padding_mask(lengths, pieces.size(1))[:, 0, 0]
        return ReadTexts(pieces, states, self.score.remember(states), visible)

    def forward(
        self,
        texts: ReadTexts,
        target: Int[Tensor, "batch target_len"],
        styles: Int[Tensor, " batch"],
    ) -> Written:
        """What comes after each piece of whole targets."""
        state, steps, repeated = self._begin(texts, styles), [], []
        words = self.dropout(self.embedding(target))
        for word in words.unbind(1):
            known, copied, later = self._advance(texts, word, state)
            repeated.append(torch.minimum(copied, state.coverage).sum(1))
            steps.append((known, copied))
            state = later
        known, copied = (torch.stack(parts, dim=1) for parts in zip(*steps, strict=True))
        return Written(self._choices(known, words, copied), torch.stack(repeated, dim=1))

    def looks(
        self,
        texts: ReadTexts,
        target: Int[Tensor, "batch target_len"],
        styles: Int[Tensor, " batch"],
    ) -> Float[Tensor, "batch target_len text_len"]:
        """Where it looks after each piece of whole targets."""
        return self(texts, target, styles).choices.copied  # type: ignore[no-any-return]

    def step(
        self,
        texts: ReadTexts,
        newest: Int[Tensor, "batch 1"],
        styles: Int[Tensor, " batch"],
        past: tuple[WriterState, ...] | None,
    ) -> tuple[Float[Tensor, "batch vocabulary"], tuple[WriterState, ...]]:
        """The probability of every next piece, and the memory to pass to the next step."""
        state = past[0] if past else self._begin(texts, styles)
        word = self.embedding(newest)
        known, copied, state = self._advance(texts, word[:, 0], state)
        one = self._choices(known[:, None], word, copied[:, None])
        return self.pointer.distribution(one, texts.pieces)[:, -1], (state,)

    def _begin(self, texts: ReadTexts, styles: Tensor) -> WriterState:
        """The decoder starts from the mean of the text, and the kind of line it shall write."""
        count = texts.visible.sum(1, keepdim=True).clamp(min=1)
        mean = (texts.states * texts.visible[..., None]).sum(1) / count
        hidden = (self.first(mean) + self.styles(styles)).tanh()
        covered = torch.zeros_like(texts.visible, dtype=torch.float32)
        return WriterState(hidden, torch.zeros_like(hidden), covered)

    def _advance(
        self, texts: ReadTexts, word: Tensor, state: WriterState
    ) -> tuple[Tensor, Tensor, WriterState]:
        """What is known after a word [batch, 3 * hidden], and where it looked [batch, text_len]."""
        looked_at = texts.keys + self.covered(state.coverage[..., None])
        scores = self.score.compare(state.hidden[:, None], looked_at)
        weights = attention_distribution(scores, visible=texts.visible[:, None])
        context = weighted_mean(weights, texts.states)[:, 0]
        hidden, cell = self.writer(torch.cat([word, context], dim=-1), (state.hidden, state.cell))
        copied = weights[:, 0]
        known = torch.cat([hidden, context], dim=-1)
        return known, copied, WriterState(hidden, cell, state.coverage + copied)

    def _choices(
        self,
        known: Float[Tensor, "batch target_len known"],
        words: Float[Tensor, "batch target_len width"],
        copied: Float[Tensor, "batch target_len text_len"],
    ) -> Choices:
        """Whether to write, what, and what to copy; in single precision, whatever was known."""
        written = self.written(self.dropout(self.readout(known))).float().log_softmax(dim=-1)
        writes = self.writes(torch.cat([known, words], dim=-1)).squeeze(-1).float().sigmoid()
        return Choices(writes, written, copied.float())


def load_pointer_generator(
    weights: Path, size: PointerGeneratorSize, generated: Sequence[int]
) -> PointerGenerator:
    """The network with stored weights, in single precision, ready to write."""
    network = PointerGenerator(size, torch.tensor(generated))
    network.load_state_dict(load_weights(weights))
    return network.eval()
