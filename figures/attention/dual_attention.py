"""Which places look alike: position attention seen from two of them."""

import torch
from matplotlib.figure import Figure

from figures.by_hand import pass_through
from figures.drawing import panels, show
from salience.attention import PositionAttention

SIDE = 16
PLACES = ((4, 4), (12, 4))


def draw() -> Figure:
    """Two discs of one kind and a bar of another; queries and keys are the features as they are."""
    features = _features()
    made = PositionAttention(channels=3, reduction=1)
    pass_through(made.query, times=2)
    pass_through(made.key, times=2)
    weights = made.weights(features)[0]
    figure, axes = panels(3)
    axes[0].imshow(features[0].permute(1, 2, 0).numpy(), interpolation="nearest")
    axes[0].set_title("features", fontsize=9)
    axes[0].set_axis_off()
    for one, (row, column) in zip(axes[1:], PLACES, strict=True):
        show(one, weights[row * SIDE + column].view(SIDE, SIDE), "weights from the cross")
        one.plot(column, row, "rx")
    return figure


def _features() -> torch.Tensor:
    rows, columns = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    discs = sum(((rows - 4) ** 2 + (columns - at) ** 2 <= 6).float() for at in (4, 11))
    bar = ((rows - 12).abs() <= 1).float() * (columns > 1) * (columns < 14)
    ground = 1 - (discs + bar).clamp(max=1)
    return torch.stack([torch.as_tensor(discs), bar, 0.4 * ground])[None]
