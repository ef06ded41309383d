"""Positions that are added, and positions that turn."""

import torch
from matplotlib.figure import Figure

from salience.attention import rotated_by_position, sinusoidal_positions


def draw() -> Figure:
    """The sinusoidal vectors, and the product of one vector turned to two positions."""
    figure = Figure(figsize=(6.8, 2.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.imshow(sinusoidal_positions(48, 32).T.numpy(), cmap="coolwarm", aspect="auto")
    left.set_xlabel("position")
    left.set_ylabel("entry")
    left.set_title("sinusoidal", fontsize=9)
    same = torch.ones(101, 64) / 8
    turned = rotated_by_position(same)
    for start in (0, 20):
        products = turned[start : start + 80] @ turned[start]
        right.plot(products.tolist(), label=f"query at {start}", linewidth=4 - start / 7)
    right.set_xlabel("distance of the key")
    right.set_ylabel("query · key")
    right.set_title("rotary: only the distance counts", fontsize=9)
    right.legend(fontsize=7)
    return figure
