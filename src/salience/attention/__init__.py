"""Attention mechanisms: pure functions and modules of tensors."""

from salience.attention.cross_attention import CrossAttention
from salience.attention.distribution import attention_distribution, weighted_mean
from salience.attention.feature_maps.cbam import CBAM
from salience.attention.feature_maps.channel_attention import ChannelAttention
from salience.attention.feature_maps.channel_gate import ChannelGate
from salience.attention.feature_maps.dual_attention import DualAttention
from salience.attention.feature_maps.glimpse import GlimpseSensor
from salience.attention.feature_maps.polarized_channels import PolarizedChannels
from salience.attention.feature_maps.polarized_places import PolarizedPlaces
from salience.attention.feature_maps.polarized_self_attention import PolarizedSelfAttention
from salience.attention.feature_maps.position_attention import PositionAttention
from salience.attention.feature_maps.spatial_gate import SpatialGate
from salience.attention.feature_maps.squeeze_excitation import SqueezeExcitation
from salience.attention.hard import Chosen, HardAttention
from salience.attention.local_monotonic import LocalMonotonicAttention
from salience.attention.local_predictive import LocalPredictiveAttention
from salience.attention.masks import bidirectional_mask, causal_mask, padding_mask, window_mask
from salience.attention.multi_head import HeadsAttended, KeysValues, MultiHeadAttention
from salience.attention.plain_pooling import average_pooling, maximum_pooling
from salience.attention.pooling import AttentionPooling, Pooled
from salience.attention.positions import sinusoidal_positions
from salience.attention.reinforce import reinforce_loss
from salience.attention.relative import RelativeAttention
from salience.attention.rotary import RotaryAttention, rotated_by_position
from salience.attention.scaled_dot_product import attention_weights, scaled_dot_product
from salience.attention.scores.additive import AdditiveScores
from salience.attention.scores.bilinear import BilinearScores
from salience.attention.scores.cosine import cosine_scores
from salience.attention.scores.dot_product import dot_product_scores
from salience.attention.scores.location import LocationScores
from salience.attention.scores.scaled_dot_product import scaled_dot_product_scores
from salience.attention.scores.score_function import ScoreFunction
from salience.attention.self_attention import SelfAttention
from salience.attention.soft import Attended, SoftAttention

__all__ = [
    "CBAM",
    "AdditiveScores",
    "Attended",
    "AttentionPooling",
    "BilinearScores",
    "ChannelAttention",
    "ChannelGate",
    "Chosen",
    "CrossAttention",
    "DualAttention",
    "GlimpseSensor",
    "HardAttention",
    "HeadsAttended",
    "KeysValues",
    "LocalMonotonicAttention",
    "LocalPredictiveAttention",
    "LocationScores",
    "MultiHeadAttention",
    "PolarizedChannels",
    "PolarizedPlaces",
    "PolarizedSelfAttention",
    "Pooled",
    "PositionAttention",
    "RelativeAttention",
    "RotaryAttention",
    "ScoreFunction",
    "SelfAttention",
    "SoftAttention",
    "SpatialGate",
    "SqueezeExcitation",
    "attention_distribution",
    "attention_weights",
    "average_pooling",
    "bidirectional_mask",
    "causal_mask",
    "cosine_scores",
    "dot_product_scores",
    "maximum_pooling",
    "padding_mask",
    "reinforce_loss",
    "rotated_by_position",
    "scaled_dot_product",
    "scaled_dot_product_scores",
    "sinusoidal_positions",
    "weighted_mean",
    "window_mask",
]
