"""Small pictures by category, with transparency, in NumPy's archive of arrays."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from jaxtyping import UInt8
from numpy.typing import NDArray

from salience.errors import InvalidInput

WHITE = 255


class EmojiPictures:
    """The pictures of a category, on white, at half their size; all are in memory."""

    def __init__(self, archive: Path, category: str) -> None:
        with np.load(archive, allow_pickle=False) as arrays:
            categories = arrays["categories"].tolist()
            if category not in categories:
                raise InvalidInput(f"{archive.name} has no category {category!r}: {categories}")
            rows = arrays["category"] == categories.index(category)
            self.pixels = halved(on_white(arrays["images"][rows]))

    def __len__(self) -> int:
        return len(self.pixels)

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        return iter(self.pixels)


def on_white(
    pictures: UInt8[np.ndarray, "pictures side side 4"],
) -> UInt8[np.ndarray, "pictures side side 3"]:
    """What is seen of pictures with transparency."""
    colours, opacity = pictures[..., :3].astype(np.float32), pictures[..., 3:] / np.float32(255)
    return np.asarray((colours * opacity + WHITE * (1 - opacity)).round(), np.uint8)


def halved(
    pictures: UInt8[np.ndarray, "pictures side side 3"],
) -> UInt8[np.ndarray, "pictures half half 3"]:
    """Every four neighbours become their mean."""
    count, side = pictures.shape[:2]
    fours = pictures.reshape(count, side // 2, 2, side // 2, 2, 3).astype(np.float32)
    return np.asarray(fours.mean(axis=(2, 4)).round(), np.uint8)
