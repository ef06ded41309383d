"""Channels before and after their gate."""

import torch
from matplotlib.figure import Figure

from figures.by_hand import pass_through
from figures.drawing import panels, show
from salience.attention import SqueezeExcitation


def draw() -> Figure:
    """A gate that was told, by hand, to let the channels pass that hold most on average."""
    torch.manual_seed(0)
    loud = torch.tensor([0.15, 0.8, 0.3, 1.0])
    features = (torch.rand(1, 4, 6, 6) * loud[:, None, None]).contiguous()
    gate = SqueezeExcitation(channels=4, reduction=1)
    pass_through(gate.squeeze)
    pass_through(gate.excite, times=20, plus=-6)
    weights, after = gate.weights(features)[0], gate(features)[0]
    figure, axes = panels(8, side=1.3)
    for channel in range(4):
        show(axes[channel], features[0, channel], f"channel {channel}", highest=1.0)
        show(axes[4 + channel], after[channel], f"passes {weights[channel]:.2f}", highest=1.0)
    return figure
