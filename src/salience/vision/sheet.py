"""Many pictures as one, each with its attention beside it where there is any."""

from collections.abc import Sequence
from io import BytesIO
from math import ceil, sqrt

import numpy as np
from jaxtyping import UInt8
from PIL import Image

from salience.v1.images_pb2 import AttentionMap, GeneratedImage

SCALE = 3
"""Pixels of the sheet for one of a picture."""
GAP = 4
WHITE_PERCENTILE = 98


def sheet(pictures: Sequence[GeneratedImage]) -> bytes:
    """A PNG file: about as many rows as columns, on white."""
    tiles = [_tile(picture) for picture in pictures]
    columns = ceil(sqrt(len(tiles)))
    height = max(tile.shape[0] for tile in tiles) + GAP
    width = max(tile.shape[1] for tile in tiles) + GAP
    rows = ceil(len(tiles) / columns)
    whole = np.full((rows * height + GAP, columns * width + GAP, 3), 255, np.uint8)
    for number, tile in enumerate(tiles):
        top = number // columns * height + GAP
        left = number % columns * width + GAP
        whole[top : top + tile.shape[0], left : left + tile.shape[1]] = tile
    content = BytesIO()
    Image.fromarray(whole).save(content, "PNG")
    return content.getvalue()


def _tile(picture: GeneratedImage) -> UInt8[np.ndarray, "rows columns 3"]:
    image = Image.open(BytesIO(picture.png)).convert("RGB")
    size = (image.width * SCALE, image.height * SCALE)
    seen = np.asarray(image.resize(size, Image.Resampling.NEAREST))
    if not picture.HasField("attention"):
        return seen
    return np.concatenate([seen, _drawn(picture.attention, size)], axis=1)


def _drawn(attention: AttentionMap, size: tuple[int, int]) -> UInt8[np.ndarray, "rows columns 3"]:
    """From black, the least that is looked at, to white; above the percentile all is white.

    One place may draw most of what all look at, and would leave the others black.
    """
    weights = np.array(attention.weights).reshape(attention.rows, attention.columns)
    least, most = weights.min(), np.percentile(weights, WHITE_PERCENTILE)
    lightness = np.clip((weights - least) / max(float(most - least), 1e-9), 0, 1) * 255
    image = Image.fromarray(lightness.astype(np.uint8)).resize(size, Image.Resampling.NEAREST)
    return np.asarray(image.convert("RGB"))
