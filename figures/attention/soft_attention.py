"""The article's first example in its two steps."""

import torch
from matplotlib.figure import Figure

from salience.attention import SoftAttention, scaled_dot_product_scores


def draw() -> Figure:
    """The weights of three keys, and the mean of their values that they make."""
    query = torch.tensor([[1.0, 0.8]])
    key = torch.tensor([[0.9, 0.1], [0.8, 0.2], [0.7, 0.9]])
    value = torch.tensor([[1.0, 0.1], [0.9, 0.2], [0.8, 0.3]])
    visible = torch.ones(1, 3, dtype=torch.bool)
    found = SoftAttention(scaled_dot_product_scores)(query, key, value, visible=visible)
    figure = Figure(figsize=(6.4, 2.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    names, weights = ["cat", "chases", "mouse"], found.weights[0].tolist()
    left.bar(names, weights)
    left.set_title("1. the distribution", fontsize=9)
    left.bar_label(left.containers[0], fmt="%.4f")
    left.set_ylim(0, 0.5)
    right.scatter(*value.T.tolist(), s=[900 * weight for weight in weights], alpha=0.4)
    right.scatter(*found.context.T.tolist(), marker="x", color="black")
    for name, place in zip([*names, "context"], [*value, found.context[0]], strict=True):
        right.annotate(name, place.tolist(), xytext=(6, 6), textcoords="offset points")
    right.set_title("2. the weighted mean of the values", fontsize=9)
    right.margins(0.25)
    return figure
