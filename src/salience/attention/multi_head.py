"""Multi-head attention: several looks at the same memory, side by side."""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from salience.attention.distribution import weighted_mean
from salience.attention.scaled_dot_product import attention_weights


class KeysValues(NamedTuple):
    """A memory as one attention layer sees it; what a decoder keeps between steps."""

    key: Float[Tensor, "batch heads key_len head_width"]
    value: Float[Tensor, "batch heads key_len head_width"]

    def extended(self, newer: "KeysValues") -> "KeysValues":
        """This memory followed by a newer one."""
        key = torch.cat([self.key, newer.key], dim=2)
        return KeysValues(key, torch.cat([self.value, newer.value], dim=2))

    def rows(self, index: Tensor) -> "KeysValues":
        """The batch rows that `index` names, in its order."""
        return KeysValues(self.key[index], self.value[index])


class HeadsAttended(NamedTuple):
    """What was found, and where each head looked for it."""

    outputs: Float[Tensor, "batch query_len width"]
    weights: Float[Tensor, "batch heads query_len key_len"]


class MultiHeadAttention(nn.Module):
    """Project, attend in every head, and join the heads again.

    `width` is divided evenly among the heads; ValueError if it cannot be.

    Source: "Attention Is All You Need", section 3.2.2.
    """

    def __init__(self, *, width: int, num_heads: int) -> None:
        super().__init__()
        if num_heads < 1 or width % num_heads:
            raise ValueError(f"a width of {width} cannot be divided among {num_heads} heads")
        self.num_heads = num_heads
        self.head_width = width // num_heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.output = nn.Linear(width, width)

    def remember(self, memory: Float[Tensor, "batch key_len width"]) -> KeysValues:
        """Project a memory once, to be attended to many times."""
        return KeysValues(self._split(self.key(memory)), self._split(self.value(memory)))

    def forward(
        self,
        inputs: Float[Tensor, "batch query_len width"],
        memory: KeysValues,
        *,
        visible: Bool[Tensor, " #batch #heads #query_len key_len"],
    ) -> Float[Tensor, "batch query_len width"]:
        """What each input finds in the memory."""
        return self.attend(inputs, memory, visible=visible).outputs

    def attend(
        self,
        inputs: Float[Tensor, "batch query_len width"],
        memory: KeysValues,
        *,
        visible: Bool[Tensor, " #batch #heads #query_len key_len"],
    ) -> HeadsAttended:
        """The same, with the weights by which it was found."""
        weights = self.weights(inputs, memory, visible=visible)
        context = weighted_mean(weights, memory.value)
        return HeadsAttended(self.output(context.transpose(1, 2).flatten(2)), weights)

    def weights(
        self,
        inputs: Float[Tensor, "batch query_len width"],
        memory: KeysValues,
        *,
        visible: Bool[Tensor, " #batch #heads #query_len key_len"],
    ) -> Float[Tensor, "batch heads query_len key_len"]:
        """Where each input looks, head by head."""
        return attention_weights(self.queries(inputs), memory.key, visible=visible)

    def queries(
        self, inputs: Float[Tensor, "batch query_len width"]
    ) -> Float[Tensor, "batch heads query_len head_width"]:
        """What each input asks for, head by head."""
        return self._split(self.query(inputs))

    def _split(self, projected: Tensor) -> Tensor:
        batch, length, _ = projected.shape
        return projected.view(batch, length, self.num_heads, self.head_width).transpose(1, 2)
