"""What a network sees of an image: the middle of it, as a small square.

Source: the published preprocessing of EfficientNet, which leaves a margin and resizes what it
keeps by cubic interpolation, without smoothing.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from salience.vision.decoding import Picture


class Box(NamedTuple):
    """A part of an image, in its pixels."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class CentreCrop:
    """The middle square of an image, `share` of its shorter side, in `side` pixels."""

    side: int
    share: float = 0.875

    @property
    def enough(self) -> int:
        """The shorter side of an image that need not be enlarged."""
        return round(self.side / self.share)

    def box(self, width: int, height: int) -> Box:
        """The part of an image of this size that is kept."""
        kept = max(1, int(min(width, height) * self.share))
        return Box((width - kept + 1) // 2, (height - kept + 1) // 2, kept, kept)

    def pixels(self, picture: Picture) -> NDArray[np.uint8]:
        """RGB, [side, side, 3]."""
        return square(picture.image, self.box(*picture.image.size), self.side)


def square(image: Image.Image, box: Box, side: int) -> NDArray[np.uint8]:
    """A part of an RGB image, brought to [side, side, 3]."""
    corners = (box.left, box.top, box.left + box.width, box.top + box.height)
    factor = min(box.width, box.height) // side
    if factor > 1:  # Cubic interpolation looks at 4 x 4 pixels: beyond, average first.
        image = image.reduce(factor, corners)
        corners = (0, 0, *image.size)
    resized = image.transform(
        (side, side), Image.Transform.EXTENT, corners, Image.Resampling.BICUBIC
    )
    return np.asarray(resized)
