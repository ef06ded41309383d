"""What CBAM lets through of a map with one thing on it."""

import torch
from matplotlib.figure import Figure

from figures.by_hand import add_up, pass_through
from figures.drawing import panels, show
from salience.attention import CBAM


def draw() -> Figure:
    """Gates set by hand: channels that peak pass, and places that are bright around."""
    features = _features()
    made = CBAM(channels=3, reduction=1, window=5)
    pass_through(made.channel.shared[0])
    pass_through(made.channel.shared[2], times=8, plus=-4)
    add_up(made.spatial.look, times=0.8, plus=-10)
    weighed = made.channel(features)
    figure, axes = panels(4)
    show(axes[0], features[0].amax(dim=0), "features (largest channel)", highest=1.0)
    show(axes[1], weighed[0].amax(dim=0), "channels weighed", highest=1.0)
    show(axes[2], made.map(features)[0], "weights of places", highest=1.0)
    show(axes[3], made(features)[0].amax(dim=0), "both", highest=1.0)
    return figure


def _features() -> torch.Tensor:
    """A disc in the first channel, noise in the others."""
    torch.manual_seed(1)
    rows, columns = torch.meshgrid(torch.arange(16), torch.arange(16), indexing="ij")
    disc = ((rows - 6) ** 2 + (columns - 10) ** 2 <= 9).float()
    return torch.stack([disc, *(torch.rand(2, 16, 16) * 0.45)])[None]
