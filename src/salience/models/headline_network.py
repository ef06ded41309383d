"""The network that reads a text and writes a line about it, copying what it must.

MiniLM reads, a shallow decoder of the same make writes, a pointer copies. A text may be
longer than the encoder's reach: it is read in windows, and the decoder sees them all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from salience.attention import KeysValues, causal_mask, padding_mask
from salience.models.bert_decoder import BertDecoderLayer
from salience.models.bert_encoder import BertEncoder, BertLayer, BertSize, minilm_l6
from salience.models.pointer import Choices, Pointer
from salience.models.stored_weights import load_weights
from salience.models.writing_network import WritingNetwork


@dataclass(frozen=True)
class HeadlineSize:
    """How big the network is; `num_styles` counts the kinds of lines it can write."""

    encoder: BertSize
    decoder_layers: int
    num_styles: int

    @classmethod
    def of(cls, settings: dict[str, Any]) -> "HeadlineSize":
        """The size that `dataclasses.asdict` made `settings` of."""
        return cls(**{**settings, "encoder": BertSize(**settings["encoder"])})


def minilm_headline(*, num_styles: int) -> HeadlineSize:
    """MiniLM and three layers that write."""
    return HeadlineSize(minilm_l6(num_cases=1), decoder_layers=3, num_styles=num_styles)


class TextMemory(nn.Module):
    """Turns the encoder's states into what the decoder looks at.

    A place also knows what stood before it: copying goes on where it was.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.before = nn.Linear(width, width, bias=False)
        nn.init.normal_(self.before.weight, std=0.02)

    def forward(self, states: Float[Tensor, "batch len width"]) -> Float[Tensor, "batch len width"]:
        """The states, each with something of its left neighbour."""
        neighbours = nn.functional.pad(states, (0, 0, 1, 0))[:, :-1]
        return states + self.before(neighbours)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class RememberedTexts:
    """A batch of texts, ready to be attended to and copied from."""

    pieces: Int[Tensor, "batch text_len"]
    keys: Float[Tensor, "batch text_len width"]
    memories: tuple[KeysValues, ...]
    visible: Bool[Tensor, "batch 1 1 text_len"]

    def rows(self, index: Tensor) -> "RememberedTexts":
        """The texts that `index` names, in its order."""
        memories = tuple(memory.rows(index) for memory in self.memories)
        return RememberedTexts(self.pieces[index], self.keys[index], memories, self.visible[index])


class HeadlineNetwork(WritingNetwork):
    """Implements WritingNetwork; `generated` are the pieces it can write without copying."""

    def __init__(self, size: HeadlineSize, generated: Int[Tensor, " generated"]) -> None:
        super().__init__()
        self.size = size
        width = size.encoder.width
        self.encoder = BertEncoder(size.encoder)
        self.text_memory = TextMemory(width)
        self.styles = nn.Embedding(size.num_styles, width)
        self.input_norm = nn.LayerNorm(width, eps=1e-12)
        self.dropout = nn.Dropout(size.encoder.dropout)
        layers = [BertDecoderLayer(size.encoder) for _ in range(size.decoder_layers)]
        self.decoder = nn.ModuleList(layers)
        self.pointer = Pointer(width=width, vocabulary=size.encoder.vocabulary, generated=generated)
        nn.init.normal_(self.styles.weight, std=0.02)

    def read(
        self, tokens: Int[Tensor, "batch len"], lengths: Int[Tensor, " batch"]
    ) -> Float[Tensor, "batch len width"]:
        """The states of the pieces of each window."""
        return self.encoder(tokens, lengths)  # type: ignore[no-any-return]

    def remember(
        self,
        states: Float[Tensor, "batch len width"],
        pieces: Int[Tensor, "batch len"],
        lengths: Int[Tensor, " batch"],
    ) -> RememberedTexts:
        """Whole texts out of the states of their pieces, special pieces left out."""
        memory = self.text_memory(states)
        memories = tuple(_decoder_layer(x).cross_attention.remember(memory) for x in self.decoder)
        visible = padding_mask(lengths, pieces.size(1))
        return RememberedTexts(pieces, self.pointer.key(memory), memories, visible)

    def forward(
        self,
        texts: RememberedTexts,
        target: Int[Tensor, "batch target_len"],
        styles: Int[Tensor, " batch"],
    ) -> Choices:
        """What comes after each piece of whole targets."""
        visible = causal_mask(target.size(1), device=target.device)
        return self._write(texts, target, styles, None, visible)[0]

    def looks(
        self,
        texts: RememberedTexts,
        target: Int[Tensor, "batch target_len"],
        styles: Int[Tensor, " batch"],
    ) -> Float[Tensor, "batch target_len text_len"]:
        """Where the pointer looks after each piece of whole targets."""
        return self(texts, target, styles).copied  # type: ignore[no-any-return]

    def step(
        self,
        texts: RememberedTexts,
        newest: Int[Tensor, "batch 1"],
        styles: Int[Tensor, " batch"],
        past: tuple[KeysValues, ...] | None,
    ) -> tuple[Float[Tensor, "batch vocabulary"], tuple[KeysValues, ...]]:
        """The probability of every next piece, and the memory to pass to the next step."""
        length = 1 + (past[0].key.size(2) if past else 0)
        visible = torch.ones(1, 1, 1, length, dtype=torch.bool, device=newest.device)
        choices, memory = self._write(texts, newest, styles, past, visible)
        return self.pointer.distribution(choices, texts.pieces)[:, -1], memory

    def _write(
        self,
        texts: RememberedTexts,
        target: Tensor,
        styles: Tensor,
        past: tuple[KeysValues, ...] | None,
        visible: Tensor,
    ) -> tuple[Choices, tuple[KeysValues, ...]]:
        hidden = self._embed(target, styles, start=past[0].key.size(2) if past else 0)
        memory: list[KeysValues] = []
        for number, layer in enumerate(self.decoder):
            hidden, remembered = layer(
                hidden,
                texts.memories[number],
                past[number] if past else None,
                text_visible=texts.visible,
                past_visible=visible,
            )
            memory.append(remembered)
        return self.pointer(hidden, texts.keys, texts.visible), tuple(memory)

    def _embed(self, target: Tensor, styles: Tensor, *, start: int) -> Tensor:
        embedding = self.encoder.embedding
        places = embedding.positions.weight[start : start + target.size(1)]
        summed = embedding.pieces(target) + places + self.styles(styles)[:, None]
        return self.dropout(self.input_norm(summed))  # type: ignore[no-any-return]


def start_decoder_from_encoder(network: HeadlineNetwork, layers: Sequence[int]) -> None:
    """Let the decoder's layers begin as these layers of the encoder."""
    embedding = network.encoder.embedding
    network.input_norm.load_state_dict(embedding.norm.state_dict())
    for number, layer in zip(layers, network.decoder, strict=True):
        encoder_layer = network.encoder.layers[number]
        assert isinstance(encoder_layer, BertLayer)
        _decoder_layer(layer).start_from(encoder_layer)
    pointer = network.pointer
    pointer.scores.weight.data.copy_(embedding.pieces.weight.data[pointer.generated])
    nn.init.zeros_(pointer.scores.bias)


def load_headline_network(
    weights: Path, size: HeadlineSize, generated: Sequence[int]
) -> HeadlineNetwork:
    """The network with stored weights, in single precision, ready to write."""
    network = HeadlineNetwork(size, torch.tensor(generated))
    network.load_state_dict(load_weights(weights))
    return network.eval()


def _decoder_layer(module: nn.Module) -> BertDecoderLayer:
    assert isinstance(module, BertDecoderLayer)
    return module
