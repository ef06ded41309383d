"""What a network sees of an image, as a checkpoint's preprocessing describes it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from salience.vision.centre_crop import Box
from salience.vision.decoding import Picture


@dataclass(frozen=True)
class DescribedCrop:
    """Resize, then cut out the middle.

    `resize` is height and width, or the length of the shorter side alone; `crop` is height
    and width. Either may be missing. `resample` is one of Pillow's filters, by its number.
    """

    resize: tuple[int, ...] | None
    crop: tuple[int, int] | None
    resample: int
    enough: int = 0
    """Decode the whole image: the original does."""

    def box(self, width: int, height: int) -> Box:
        """The part of an image of this size that is kept; there is no map to place in it."""
        return Box(0, 0, width, height)

    def pixels(self, picture: Picture) -> NDArray[np.uint8]:
        """RGB, [height, width, 3]."""
        image = picture.image
        if self.resize:
            image = image.resize(self._size(*image.size), Image.Resampling(self.resample))
        return np.asarray(_middle(image, self.crop) if self.crop else image)

    def _size(self, width: int, height: int) -> tuple[int, int]:
        assert self.resize is not None
        if len(self.resize) == 2:
            return self.resize[1], self.resize[0]
        short, long = sorted((width, height))
        edges = self.resize[0], int(self.resize[0] * long / short)
        return edges if width <= height else (edges[1], edges[0])


def _middle(image: Image.Image, crop: tuple[int, int]) -> Image.Image:
    """Black where the image is smaller."""
    height, width = crop
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))
