"""The pre-norm encoder-decoder that translates.

Source: "Attention Is All You Need" (2017), with the normalization before each
sublayer (Xiong et al., 2020) and one embedding table for source, target and output
(Press and Wolf, 2017).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from salience.attention import (
    KeysValues,
    MultiHeadAttention,
    causal_mask,
    padding_mask,
    sinusoidal_positions,
)
from salience.models.translation_network import TranslationNetwork


@dataclass(frozen=True)
class TransformerSize:
    """How big a translation Transformer is; lengths are in tokens."""

    vocabulary: int
    width: int
    inner_width: int
    num_heads: int
    encoder_layers: int
    decoder_layers: int
    max_len: int
    dropout: float


def small_translation_transformer(vocabulary: int) -> TransformerSize:
    """A deep encoder and a shallow decoder: 9 million parameters at 8,000 subwords."""
    return TransformerSize(
        vocabulary=vocabulary,
        width=256,
        inner_width=1024,
        num_heads=4,
        encoder_layers=6,
        decoder_layers=2,
        max_len=256,
        dropout=0.1,
    )


class FeedForward(nn.Module):
    """Two linear maps with a ReLU between them, at every position alike."""

    def __init__(self, *, width: int, inner_width: int) -> None:
        super().__init__()
        self.inner = nn.Linear(width, inner_width)
        self.outer = nn.Linear(inner_width, width)

    def forward(self, inputs: Float[Tensor, "*batch width"]) -> Float[Tensor, "*batch width"]:
        """Transform each position alone."""
        return self.outer(self.inner(inputs).relu())  # type: ignore[no-any-return]


class EncoderLayer(nn.Module):
    """Look around, then think: self-attention and a feed-forward network."""

    def __init__(self, size: TransformerSize) -> None:
        super().__init__()
        self.attention_norm = nn.LayerNorm(size.width)
        self.attention = MultiHeadAttention(width=size.width, num_heads=size.num_heads)
        self.feed_forward_norm = nn.LayerNorm(size.width)
        self.feed_forward = FeedForward(width=size.width, inner_width=size.inner_width)
        self.dropout = nn.Dropout(size.dropout)

    def forward(
        self,
        inputs: Float[Tensor, "batch source_len width"],
        *,
        visible: Bool[Tensor, "batch 1 1 source_len"],
    ) -> Float[Tensor, "batch source_len width"]:
        """One layer of the encoder."""
        normed = self.attention_norm(inputs)
        looked = self.attention(normed, self.attention.remember(normed), visible=visible)
        hidden = inputs + self.dropout(looked)
        thought = self.feed_forward(self.feed_forward_norm(hidden))
        return hidden + self.dropout(thought)  # type: ignore[no-any-return]


class DecoderLayer(nn.Module):
    """Look back at the target, across at the source, then think."""

    def __init__(self, size: TransformerSize) -> None:
        super().__init__()
        self.self_norm = nn.LayerNorm(size.width)
        self.self_attention = MultiHeadAttention(width=size.width, num_heads=size.num_heads)
        self.cross_norm = nn.LayerNorm(size.width)
        self.cross_attention = MultiHeadAttention(width=size.width, num_heads=size.num_heads)
        self.feed_forward_norm = nn.LayerNorm(size.width)
        self.feed_forward = FeedForward(width=size.width, inner_width=size.inner_width)
        self.dropout = nn.Dropout(size.dropout)

    def forward(
        self,
        inputs: Float[Tensor, "batch target_len width"],
        source: KeysValues,
        past: KeysValues | None,
        *,
        source_visible: Bool[Tensor, "batch 1 1 source_len"],
        past_visible: Bool[Tensor, "1 1 target_len total_len"],
    ) -> tuple[Float[Tensor, "batch target_len width"], KeysValues]:
        """One layer of the decoder, and what it will remember of these inputs."""
        hidden, memory = self.look_back(inputs, past, visible=past_visible)
        looked_across = self.cross_attention(
            self.cross_norm(hidden), source, visible=source_visible
        )
        hidden = hidden + self.dropout(looked_across)
        thought = self.feed_forward(self.feed_forward_norm(hidden))
        return hidden + self.dropout(thought), memory

    def look_back(
        self,
        inputs: Float[Tensor, "batch target_len width"],
        past: KeysValues | None,
        *,
        visible: Bool[Tensor, "1 1 target_len total_len"],
    ) -> tuple[Float[Tensor, "batch target_len width"], KeysValues]:
        """The first part of the layer, which sees only the target."""
        normed = self.self_norm(inputs)
        now = self.self_attention.remember(normed)
        memory = past.extended(now) if past else now
        looked_back = self.self_attention(normed, memory, visible=visible)
        return inputs + self.dropout(looked_back), memory

    def weights(
        self,
        looked_back: Float[Tensor, "batch target_len width"],
        source: KeysValues,
        *,
        visible: Bool[Tensor, "batch 1 1 source_len"],
    ) -> Float[Tensor, "batch heads target_len source_len"]:
        """Where the second part of the layer looks in the source."""
        return self.cross_attention.weights(self.cross_norm(looked_back), source, visible=visible)


@dataclass(frozen=True)
class EncodedSource:
    """A batch of source sentences, ready to be attended to by every decoder layer."""

    memories: tuple[KeysValues, ...]
    visible: Bool[Tensor, "batch 1 1 source_len"]

    def rows(self, index: Tensor) -> "EncodedSource":
        """The sentences that `index` names, in its order."""
        return EncodedSource(
            tuple(memory.rows(index) for memory in self.memories), self.visible[index]
        )


class TranslationTransformer(TranslationNetwork):
    """Implements TranslationNetwork by attention alone."""

    positions: Tensor

    def __init__(self, size: TransformerSize) -> None:
        super().__init__()
        self.size = size
        self.embedding = nn.Embedding(size.vocabulary, size.width)
        self.dropout = nn.Dropout(size.dropout)
        self.encoder = nn.ModuleList([EncoderLayer(size) for _ in range(size.encoder_layers)])
        self.encoder_norm = nn.LayerNorm(size.width)
        self.decoder = nn.ModuleList([DecoderLayer(size) for _ in range(size.decoder_layers)])
        self.decoder_norm = nn.LayerNorm(size.width)
        self.register_buffer(
            "positions", sinusoidal_positions(size.max_len, size.width), persistent=False
        )
        nn.init.normal_(self.embedding.weight, std=size.width**-0.5)

    def forward(
        self,
        source: Int[Tensor, "batch source_len"],
        source_lengths: Int[Tensor, " batch"],
        target: Int[Tensor, "batch target_len"],
    ) -> Float[Tensor, "batch target_len width"]:
        """The decoder's state at each target position; `logits` turns it into scores."""
        encoded = self.encode(source, source_lengths)
        visible = causal_mask(target.size(1), device=target.device)
        return self._decode(target, encoded, None, visible)[0]

    def alignment(
        self,
        source: Int[Tensor, "batch source_len"],
        source_lengths: Int[Tensor, " batch"],
        target: Int[Tensor, "batch target_len"],
    ) -> Float[Tensor, "batch target_len source_len"]:
        """Where the last layer of the decoder looks, as the mean of its heads."""
        encoded = self.encode(source, source_lengths)
        visible = causal_mask(target.size(1), device=target.device)
        hidden = self._through(self.decoder[:-1], target, encoded, None, visible)[0]
        last = _decoder_layer(self.decoder[-1])
        looked_back, _ = last.look_back(hidden, None, visible=visible)
        return last.weights(looked_back, encoded.memories[-1], visible=encoded.visible).mean(1)

    def encode(
        self, source: Int[Tensor, "batch source_len"], lengths: Int[Tensor, " batch"]
    ) -> EncodedSource:
        """Read the source once."""
        visible = padding_mask(lengths, source.size(1))
        hidden = self._embed(source, start=0)
        for layer in self.encoder:
            hidden = layer(hidden, visible=visible)
        memory = self.encoder_norm(hidden)
        memories = tuple(
            _decoder_layer(layer).cross_attention.remember(memory) for layer in self.decoder
        )
        return EncodedSource(memories, visible)

    def step(
        self,
        newest: Int[Tensor, "batch 1"],
        encoded: EncodedSource,
        past: tuple[KeysValues, ...] | None,
    ) -> tuple[Float[Tensor, "batch vocabulary"], tuple[KeysValues, ...]]:
        """Scores of the next subword, and the memory to pass to the next step."""
        length = 1 + (past[0].key.size(2) if past else 0)
        visible = torch.ones(1, 1, 1, length, dtype=torch.bool, device=newest.device)
        hidden, memory = self._decode(newest, encoded, past, visible)
        return self.logits(hidden[:, -1]), memory

    def continued(
        self, past: tuple[KeysValues, ...], rows: Int[Tensor, " rows"]
    ) -> tuple[KeysValues, ...]:
        """The memory with each row going on from another one."""
        return tuple(memory.rows(rows) for memory in past)

    def logits(self, hidden: Float[Tensor, "*batch width"]) -> Float[Tensor, "*batch vocabulary"]:
        """Scores over the vocabulary, by the embedding table itself."""
        return hidden @ self.embedding.weight.to(hidden.dtype).T

    def _decode(
        self,
        target: Tensor,
        encoded: EncodedSource,
        past: tuple[KeysValues, ...] | None,
        visible: Tensor,
    ) -> tuple[Tensor, tuple[KeysValues, ...]]:
        hidden, memory = self._through(self.decoder, target, encoded, past, visible)
        return self.decoder_norm(hidden), memory

    def _through(
        self,
        layers: Iterable[nn.Module],
        target: Tensor,
        encoded: EncodedSource,
        past: tuple[KeysValues, ...] | None,
        visible: Tensor,
    ) -> tuple[Tensor, tuple[KeysValues, ...]]:
        hidden = self._embed(target, start=past[0].key.size(2) if past else 0)
        memory: list[KeysValues] = []
        for number, layer in enumerate(layers):
            hidden, remembered = layer(
                hidden,
                encoded.memories[number],
                past[number] if past else None,
                source_visible=encoded.visible,
                past_visible=visible,
            )
            memory.append(remembered)
        return hidden, tuple(memory)

    def _embed(self, tokens: Tensor, *, start: int) -> Tensor:
        scaled = self.embedding(tokens) * math.sqrt(self.size.width)
        positions = self.positions[start : start + tokens.size(1)]
        return self.dropout(scaled + positions)  # type: ignore[no-any-return]


def _decoder_layer(layer: nn.Module) -> DecoderLayer:
    assert isinstance(layer, DecoderLayer)
    return layer
