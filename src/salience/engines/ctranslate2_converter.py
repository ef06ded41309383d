"""Writes our translation Transformer in CTranslate2's format, with int8 weights."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeAlias, cast

import numpy as np
from ctranslate2.specs import TransformerSpec
from numpy.typing import NDArray
from torch import Tensor, nn

from salience.attention import MultiHeadAttention
from salience.models.translation_transformer import (
    DecoderLayer,
    EncoderLayer,
    FeedForward,
    TranslationTransformer,
)

Spec: TypeAlias = Any
"""A part of CTranslate2's specification, whose attributes are arrays."""


def convert_to_ctranslate2(
    network: TranslationTransformer, pieces: Sequence[str], folder: Path
) -> None:
    """Write `network` into the empty folder `folder`; `pieces` are its subwords by id."""
    size = network.size
    spec = TransformerSpec.from_config(
        (size.encoder_layers, size.decoder_layers),
        size.num_heads,
        alignment_heads=size.num_heads,  # Their mean finds more words than any one of them.
    )
    _fill_ends(spec.encoder, network, network.encoder_norm)
    _fill_ends(spec.decoder, network, network.decoder_norm)
    spec.encoder.embeddings[0].weight = _array(network.embedding.weight)
    spec.decoder.embeddings.weight = _array(network.embedding.weight)
    spec.decoder.projection.weight = _array(network.embedding.weight)
    for target, layer in zip(spec.encoder.layer, _encoder_layers(network), strict=True):
        _fill_self_attention(target.self_attention, layer.attention, layer.attention_norm)
        _fill_feed_forward(target.ffn, layer.feed_forward, layer.feed_forward_norm)
    for target, block in zip(spec.decoder.layer, _decoder_layers(network), strict=True):
        _fill_self_attention(target.self_attention, block.self_attention, block.self_norm)
        _fill_cross_attention(target.attention, block.cross_attention, block.cross_norm)
        _fill_feed_forward(target.ffn, block.feed_forward, block.feed_forward_norm)
    spec.register_source_vocabulary(list(pieces))
    spec.register_target_vocabulary(list(pieces))
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))


def _encoder_layers(network: TranslationTransformer) -> Iterable[EncoderLayer]:
    return cast("Iterable[EncoderLayer]", network.encoder)


def _decoder_layers(network: TranslationTransformer) -> Iterable[DecoderLayer]:
    return cast("Iterable[DecoderLayer]", network.decoder)


def _fill_ends(spec: Spec, network: TranslationTransformer, norm: nn.LayerNorm) -> None:
    spec.position_encodings.encodings = _array(network.positions)
    _fill_norm(spec.layer_norm, norm)


def _fill_self_attention(spec: Spec, attention: MultiHeadAttention, norm: nn.LayerNorm) -> None:
    _fill_norm(spec.layer_norm, norm)
    _fill_linear(spec.linear[0], attention.query, attention.key, attention.value)
    _fill_linear(spec.linear[1], attention.output)


def _fill_cross_attention(spec: Spec, attention: MultiHeadAttention, norm: nn.LayerNorm) -> None:
    _fill_norm(spec.layer_norm, norm)
    _fill_linear(spec.linear[0], attention.query)
    _fill_linear(spec.linear[1], attention.key, attention.value)
    _fill_linear(spec.linear[2], attention.output)


def _fill_feed_forward(spec: Spec, network: FeedForward, norm: nn.LayerNorm) -> None:
    _fill_norm(spec.layer_norm, norm)
    _fill_linear(spec.linear_0, network.inner)
    _fill_linear(spec.linear_1, network.outer)


def _fill_norm(spec: Spec, norm: nn.LayerNorm) -> None:
    spec.gamma, spec.beta = _array(norm.weight), _array(norm.bias)


def _fill_linear(spec: Spec, *linears: nn.Linear) -> None:
    """Several maps of one input become one map, their outputs side by side."""
    spec.weight = np.concatenate([_array(linear.weight) for linear in linears])
    spec.bias = np.concatenate([_array(linear.bias) for linear in linears])


def _array(tensor: Tensor) -> NDArray[np.float32]:
    """A copy: CTranslate2 quantizes the arrays of a specification in place."""
    return tensor.detach().cpu().float().numpy().copy()
