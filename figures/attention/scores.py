"""The same queries and keys under each score function."""

import torch
from matplotlib.figure import Figure

from figures.drawing import panels, show_weights
from salience.attention import (
    AdditiveScores,
    BilinearScores,
    LocationScores,
    ScoreFunction,
    SoftAttention,
    cosine_scores,
    dot_product_scores,
    scaled_dot_product_scores,
)

WIDTH, LENGTH = 16, 6


def draw() -> Figure:
    """Keys that are the queries with some noise, and one of which is three times as long."""
    torch.manual_seed(2)
    query = torch.randn(1, LENGTH, WIDTH)
    key = query + 0.5 * torch.randn(1, LENGTH, WIDTH)
    key[:, 4] *= 3
    scores: dict[str, ScoreFunction] = {
        "dot product": dot_product_scores,
        "scaled": scaled_dot_product_scores,
        "cosine": cosine_scores,
        "additive, untrained": AdditiveScores(query_width=WIDTH, key_width=WIDTH, hidden_width=8),
        "bilinear, untrained": BilinearScores(query_width=WIDTH, key_width=WIDTH),
        "location, untrained": LocationScores(query_width=WIDTH, max_len=LENGTH),
    }
    everything = torch.ones(1, LENGTH, LENGTH, dtype=torch.bool)
    figure, axes = panels(len(scores), side=1.9)
    for one, (title, score) in zip(axes, scores.items(), strict=True):
        weights = SoftAttention(score)(query, key, key, visible=everything).weights
        show_weights(one, weights[0], title)
    return figure
