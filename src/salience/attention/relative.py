"""Relative positions: what a query looks for depends on how far away it is."""

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from salience.attention.distribution import attention_distribution
from salience.attention.multi_head import KeysValues, MultiHeadAttention
from salience.attention.scores.scaled_dot_product import scaled_dot_product_scores


class RelativeAttention(MultiHeadAttention):
    """Multi-head attention with a learned key for each distance, shared by the heads.

    Formula: score(q at i, k at j) = q · (k + distance_key[j - i]) / √width, where distances
    beyond `max_distance` count as that. The inputs are the last of what is remembered.

    Source: Shaw et al., "Self-Attention with Relative Position Representations" (2018),
    equation 4; with distances for keys alone, which the paper's table 3 finds enough.
    """

    def __init__(self, *, width: int, num_heads: int, max_distance: int) -> None:
        super().__init__(width=width, num_heads=num_heads)
        self.max_distance = max_distance
        self.distance_key = nn.Embedding(2 * max_distance + 1, self.head_width)

    def weights(
        self,
        inputs: Float[Tensor, "batch query_len width"],
        memory: KeysValues,
        *,
        visible: Bool[Tensor, " #batch #heads #query_len key_len"],
    ) -> Float[Tensor, "batch heads query_len key_len"]:
        """Where each input looks, head by head; the inputs are the last of the memory."""
        query = self.queries(inputs)
        scores = scaled_dot_product_scores(query, memory.key)
        scores = scores + self._distance_scores(query, memory.key.size(2))
        return attention_distribution(scores, visible=visible)

    def _distance_scores(
        self, query: Float[Tensor, "batch heads query_len head_width"], key_len: int
    ) -> Float[Tensor, "batch heads query_len {key_len}"]:
        keys = torch.arange(key_len, device=query.device)
        queries = torch.arange(key_len - query.size(2), key_len, device=query.device)
        distances = keys - queries[:, None]
        limited = distances.clamp(-self.max_distance, self.max_distance) + self.max_distance
        products = torch.einsum("bhqw,qkw->bhqk", query, self.distance_key(limited))
        return products / math.sqrt(query.size(-1))
