"""What the glimpse sensor sees of a drawing."""

import torch
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from figures.drawing import panels, show
from salience.attention import GlimpseSensor

SIDE, SIZE, SCALES = 48, 8, 3
CENTRE = (0.25, -0.25)


def draw() -> Figure:
    """A ring, the three squares that are cut out of it, and what is left of each."""
    rows, columns = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    distance = ((rows - 26) ** 2 + (columns - 24) ** 2).sqrt()
    picture = (((distance - 14).abs() < 2.5) | (distance < 3)).float()
    seen = GlimpseSensor(size=SIZE, num_scales=SCALES)(picture[None, None], torch.tensor([CENTRE]))
    figure, axes = panels(1 + SCALES)
    show(axes[0], picture, "image")
    for scale in range(SCALES):
        width = SIZE * 2**scale
        corner = [(part + 1) / 2 * SIDE - width / 2 - 0.5 for part in reversed(CENTRE)]
        axes[0].add_patch(Rectangle((corner[0], corner[1]), width, width, fill=False, color="red"))
        show(axes[1 + scale], seen[0, scale, 0], f"{width} pixels wide", highest=1.0)
    return figure
