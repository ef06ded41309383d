"""Global attention and both kinds of local attention over the same sequences."""

import torch
from matplotlib.figure import Figure

from figures.drawing import panels, show_weights
from salience.attention import (
    LocalMonotonicAttention,
    LocalPredictiveAttention,
    SoftAttention,
    dot_product_scores,
)

LENGTH, WIDTH = 12, 3


def draw() -> Figure:
    """The places of the predictive one are untrained."""
    torch.manual_seed(3)
    query, key = torch.randn(2, 1, LENGTH, WIDTH)
    everything = torch.ones(1, LENGTH, LENGTH, dtype=torch.bool)
    predictive = LocalPredictiveAttention(
        dot_product_scores, query_width=WIDTH, hidden_width=8, half_width=3
    )
    torch.nn.init.normal_(predictive.place.weight)
    mechanisms = {
        "global": SoftAttention(dot_product_scores),
        "local, monotonic": LocalMonotonicAttention(dot_product_scores, half_width=2),
        "local, predictive": predictive,
    }
    figure, axes = panels(len(mechanisms))
    for one, (title, mechanism) in zip(axes, mechanisms.items(), strict=True):
        show_weights(one, mechanism(query, key, key, visible=everything).weights[0], title)
    return figure
