"""Rotary positions: a vector turns as its token moves on."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from salience.attention.multi_head import KeysValues, MultiHeadAttention
from salience.attention.scaled_dot_product import attention_weights


def rotated_by_position(
    vectors: Float[Tensor, "*batch length width"], *, first_position: int = 0
) -> Float[Tensor, "*batch length width"]:
    """Turn each pair of neighbouring entries by an angle that grows with the position.

    Formula: pair i at position p turns by p · 10000^(-2i / width). The product of two turned
    vectors depends on how far apart they stand, and not on where. The width must be even.

    Source: Su et al., "RoFormer: Enhanced Transformer with Rotary Position Embedding" (2021),
    equation 34.
    """
    width, length = vectors.size(-1), vectors.size(-2)
    steps = torch.arange(0, width, 2, device=vectors.device) / width
    positions = torch.arange(first_position, first_position + length, device=vectors.device)
    angles = positions[:, None] * 10_000.0**-steps
    cosine, sine = angles.cos().to(vectors.dtype), angles.sin().to(vectors.dtype)
    left, right = vectors.unflatten(-1, (width // 2, 2)).unbind(dim=-1)
    turned = (left * cosine - right * sine, left * sine + right * cosine)
    return torch.stack(turned, dim=-1).flatten(-2)


class RotaryAttention(MultiHeadAttention):
    """Multi-head attention that sees how far apart query and key are.

    The inputs are the last of what is remembered, so that a decoder can keep its memory and
    add to it: `memory.extended(attention.remember(newer, first_position=memory_len))`.
    ValueError if the width of a head is odd.

    Source: Su et al., "RoFormer: Enhanced Transformer with Rotary Position Embedding" (2021).
    """

    def __init__(self, *, width: int, num_heads: int) -> None:
        super().__init__(width=width, num_heads=num_heads)
        if self.head_width % 2:
            raise ValueError(f"heads turn in pairs of entries, and have {self.head_width}")

    def remember(
        self, memory: Float[Tensor, "batch key_len width"], *, first_position: int = 0
    ) -> KeysValues:
        """Project a memory that begins at `first_position`, and turn its keys."""
        key, value = super().remember(memory)
        return KeysValues(rotated_by_position(key, first_position=first_position), value)

    def weights(
        self,
        inputs: Float[Tensor, "batch query_len width"],
        memory: KeysValues,
        *,
        visible: Bool[Tensor, " #batch #heads #query_len key_len"],
    ) -> Float[Tensor, "batch heads query_len key_len"]:
        """Where each input looks, head by head; the inputs are the last of the memory."""
        first = memory.key.size(2) - inputs.size(1)
        query = rotated_by_position(self.queries(inputs), first_position=first)
        return attention_weights(query, memory.key, visible=visible)
