"""The masks."""

import torch
from matplotlib.figure import Figure

from figures.drawing import panels, show_weights
from salience.attention import bidirectional_mask, causal_mask, padding_mask, window_mask

LENGTH = 8


def draw() -> Figure:
    """Bright is visible."""
    masks = {
        "bidirectional": bidirectional_mask(LENGTH, LENGTH)[0, 0],
        "causal": causal_mask(LENGTH)[0, 0],
        "padding, length 5": padding_mask(torch.tensor([5]), LENGTH)[0, 0].expand(LENGTH, LENGTH),
        "window of 2": window_mask(torch.arange(LENGTH) * 1.0, LENGTH, half_width=2),
    }
    figure, axes = panels(len(masks))
    for one, (title, mask) in zip(axes, masks.items(), strict=True):
        show_weights(one, mask.float(), title)
    return figure
