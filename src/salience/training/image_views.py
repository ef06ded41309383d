"""Views of an image that a classifier learns from: another part, size and light each time."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

from salience.vision.centre_crop import Box, square


@dataclass(frozen=True)
class ViewVariety:
    """How far views may differ from the image.

    `least_area` is the smallest share of it that a view shows, `stretch` the most by which its
    sides' ratio changes, `light` the most by which brightness, contrast and colour do.
    """

    least_area: float = 0.35
    stretch: float = 4 / 3
    light: float = 0.3


def random_view(
    image: Image.Image, side: int, variety: ViewVariety, generator: np.random.Generator
) -> NDArray[np.uint8]:
    """RGB, [side, side, 3], the left and the right exchanged in one of two.

    Source: Szegedy et al., "Going Deeper with Convolutions" (2014), section 6.
    """
    pixels = square(image, _random_box(image.size, variety, generator), side)
    if generator.random() < 0.5:
        pixels = pixels[:, ::-1]
    return _in_other_light(pixels, variety.light, generator)


def _random_box(size: tuple[int, int], variety: ViewVariety, generator: np.random.Generator) -> Box:
    width, height = size
    area = width * height * generator.uniform(variety.least_area, 1)
    ratio = math.exp(generator.uniform(-1, 1) * math.log(variety.stretch))
    box_width = min(width, max(1, round(math.sqrt(area * ratio))))
    box_height = min(height, max(1, round(math.sqrt(area / ratio))))
    left = int(generator.integers(0, width - box_width + 1))
    top = int(generator.integers(0, height - box_height + 1))
    return Box(left, top, box_width, box_height)


def _in_other_light(
    pixels: NDArray[np.uint8], light: float, generator: np.random.Generator
) -> NDArray[np.uint8]:
    image = Image.fromarray(np.ascontiguousarray(pixels))
    for enhance in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        image = enhance(image).enhance(1 + generator.uniform(-light, light))
    return np.asarray(image)
