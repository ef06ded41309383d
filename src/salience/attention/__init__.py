"""Attention mechanisms: pure functions and modules of tensors."""

from salience.attention.distribution import attention_distribution, weighted_mean
from salience.attention.masks import causal_mask, padding_mask
from salience.attention.multi_head import KeysValues, MultiHeadAttention
from salience.attention.pooling import AttentionPooling, Pooled
from salience.attention.positions import sinusoidal_positions
from salience.attention.scaled_dot_product import attention_weights, scaled_dot_product
from salience.attention.scores.additive import AdditiveScores
from salience.attention.scores.bilinear import BilinearScores
from salience.attention.scores.cosine import cosine_scores
from salience.attention.scores.dot_product import dot_product_scores
from salience.attention.scores.location import LocationScores
from salience.attention.scores.scaled_dot_product import scaled_dot_product_scores
from salience.attention.scores.score_function import ScoreFunction
from salience.attention.soft import Attended, SoftAttention

__all__ = [
    "AdditiveScores",
    "Attended",
    "AttentionPooling",
    "BilinearScores",
    "KeysValues",
    "LocationScores",
    "MultiHeadAttention",
    "Pooled",
    "ScoreFunction",
    "SoftAttention",
    "attention_distribution",
    "attention_weights",
    "causal_mask",
    "cosine_scores",
    "dot_product_scores",
    "padding_mask",
    "scaled_dot_product",
    "scaled_dot_product_scores",
    "sinusoidal_positions",
    "weighted_mean",
]
