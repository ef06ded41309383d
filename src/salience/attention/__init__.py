"""Attention mechanisms: pure functions and modules of tensors."""

from salience.attention.masks import causal_mask, padding_mask
from salience.attention.multi_head import KeysValues, MultiHeadAttention
from salience.attention.pooling import AttentionPooling, Pooled
from salience.attention.positions import sinusoidal_positions
from salience.attention.scaled_dot_product import attention_weights, scaled_dot_product

__all__ = [
    "AttentionPooling",
    "KeysValues",
    "MultiHeadAttention",
    "Pooled",
    "attention_weights",
    "causal_mask",
    "padding_mask",
    "scaled_dot_product",
    "sinusoidal_positions",
]
