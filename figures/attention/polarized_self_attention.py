"""The places that polarized self-attention lets through."""

import torch
from matplotlib.figure import Figure

from figures.by_hand import pass_through
from figures.drawing import panels, show
from salience.attention import PolarizedPlaces


def draw() -> Figure:
    """Two channels, of which the one that holds more on average chooses the places."""
    rows, columns = torch.meshgrid(torch.arange(12), torch.arange(12), indexing="ij")
    wide = ((rows - columns).abs() <= 2).float()
    narrow = ((rows - 9) ** 2 + (columns - 2) ** 2 <= 3).float()
    features = torch.stack([wide, narrow, wide * 0, wide * 0])[None]
    made = PolarizedPlaces(channels=4)
    pass_through(made.query, times=8)
    pass_through(made.value, times=8, plus=-3)
    figure, axes = panels(3)
    show(axes[0], wide, "one channel")
    show(axes[1], narrow, "another")
    show(axes[2], made.weights(features)[0], "weights of places", highest=1.0)
    return figure
