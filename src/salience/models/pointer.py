"""Writing a piece of a vocabulary, or copying one from the text.

Source: See et al., "Get To The Point: Summarization with Pointer-Generator Networks"
(2017), with an attention of its own for copying.
"""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from salience.attention import attention_weights

_NO_LOGARITHM_OF_ZERO = 1e-9


class Choices(NamedTuple):
    """How likely it is to write, each piece if it writes, and each place if it copies.

    `written` are logarithms.
    """

    writes: Float[Tensor, " *batch"]
    written: Float[Tensor, "*batch generated"]
    copied: Float[Tensor, "*batch text_len"]


class CopyMixture(nn.Module):
    """Turns choices into probabilities of pieces.

    `generated` lists the pieces that can be written, as ids of the whole vocabulary; every
    other piece has to come from the text.
    """

    generated: Tensor
    places: Tensor

    def __init__(self, *, vocabulary: int, generated: Int[Tensor, " generated"]) -> None:
        super().__init__()
        self.vocabulary = vocabulary
        places = torch.full((vocabulary,), -1)
        places[generated] = torch.arange(len(generated))
        self.register_buffer("generated", generated, persistent=False)
        self.register_buffer("places", places, persistent=False)

    def distribution(
        self, choices: Choices, text: Int[Tensor, "batch text_len"]
    ) -> Float[Tensor, "batch target_len {self.vocabulary}"]:
        """The probability of every piece of the vocabulary; `text` are the pieces to copy."""
        writes, written, copied = choices
        length = writes.size(1)
        mixed = written.new_zeros(*writes.shape, self.vocabulary)
        mixed[:, :, self.generated] = writes[..., None] * written.exp()
        places = text[:, None, :].expand(-1, length, -1)
        return mixed.scatter_add(2, places, (1 - writes[..., None]) * copied)

    def log_likelihood(
        self,
        choices: Choices,
        text: Int[Tensor, "batch text_len"],
        expected: Int[Tensor, "batch target_len"],
    ) -> Float[Tensor, "batch target_len"]:
        """The logarithm of each expected piece's probability, without the other pieces'."""
        writes, written, copied = choices
        place = self.places[expected]
        found = written.gather(2, place.clamp(min=0)[..., None]).squeeze(-1).exp()
        by_writing = writes * found * (place >= 0)
        same = text[:, None, :] == expected[:, :, None]
        by_copying = (1 - writes) * (copied * same).sum(-1)
        return (by_writing + by_copying + _NO_LOGARITHM_OF_ZERO).log()

    def can_say(
        self, text: Int[Tensor, "batch text_len"], expected: Int[Tensor, "batch target_len"]
    ) -> Bool[Tensor, "batch target_len"]:
        """Which pieces can be written or copied at all."""
        copyable = (text[:, None, :] == expected[:, :, None]).any(-1)
        return copyable | (self.places[expected] >= 0)


class Pointer(CopyMixture):
    """Mixes what could be written with what could be copied, by an attention of its own."""

    def __init__(
        self, *, width: int, vocabulary: int, generated: Int[Tensor, " generated"]
    ) -> None:
        super().__init__(vocabulary=vocabulary, generated=generated)
        self.transform = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        self.scores = nn.Linear(width, len(generated))
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.writes = nn.Linear(2 * width, 1)

    def forward(
        self,
        hidden: Float[Tensor, "batch target_len width"],
        keys: Float[Tensor, "batch text_len width"],
        visible: Bool[Tensor, "batch 1 1 text_len"],
    ) -> Choices:
        """What comes next after each state."""
        query = self.query(hidden)
        copied = attention_weights(query[:, None], keys[:, None], visible=visible)[:, 0]
        looked_at = copied.to(keys.dtype) @ keys
        writes = self.writes(torch.cat([hidden, looked_at], dim=-1)).squeeze(-1)
        thought = self.norm(nn.functional.gelu(self.transform(hidden)))
        written = self.scores(thought).float().log_softmax(dim=-1)
        return Choices(writes.float().sigmoid(), written, copied.float())
