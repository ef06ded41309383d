"""Batches of small pictures, held in memory: another cut of each in every epoch.

Source: Jordan, "94% on CIFAR-10 in 3.29 Seconds on a Single GPU" (2024), section 3: pictures
move by some pixels, and left and right are exchanged in every second epoch, which shows both
sides of each picture equally often. A square of each is hidden: DeVries and Taylor, "Improved
Regularization of Convolutional Neural Networks with Cutout" (2017).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Int64, UInt8
from PIL import Image
from torch import Tensor

from salience.data.labelled_images import LabelledImage

MOST_MOVED = 3
"""Pixels, in each direction."""
HIDDEN = 4
"""The hidden square's side is a picture's over this."""
GREY = 128


class PictureBatch(NamedTuple):
    """Pixels and the number of each picture's class."""

    pixels: UInt8[Tensor, "batch side side 3"]
    classes: Int64[Tensor, "batch"]


@dataclass(frozen=True)
class SmallPictures:
    """All pictures to learn from; `labels` names the classes by their numbers."""

    pixels: UInt8[Tensor, "pictures side side 3"]
    classes: Int64[Tensor, "pictures"]
    labels: Sequence[str]

    @classmethod
    def decoded(cls, images: Sequence[LabelledImage]) -> "SmallPictures":
        """Pictures of one size."""
        labels = sorted({image.label for image in images})
        pixels = np.stack([np.asarray(Image.open(BytesIO(image.content))) for image in images])
        classes = torch.tensor([labels.index(image.label) for image in images])
        return cls(torch.from_numpy(pixels), classes, labels)

    def batches(self, *, batch_size: int, seed: int, start: int) -> Iterator[PictureBatch]:
        """Batches without end, from number `start`; an epoch leaves out what fills no batch."""
        per_epoch = len(self.classes) // batch_size
        first_sides = _generator(seed).random(len(self.classes)) < 0.5
        for number in range(start, 2**62):
            epoch, batch = divmod(number, per_epoch)
            order = _generator(seed, epoch).permutation(len(self.classes))
            rows = order[batch * batch_size : (batch + 1) * batch_size]
            exchanged = torch.from_numpy(first_sides[rows] ^ (epoch % 2 == 1))
            generator = _generator(seed, epoch, batch)
            pixels = partly_hidden(moved(self.pixels[rows], generator), generator)
            pixels = torch.where(exchanged[:, None, None, None], pixels.flip(2), pixels)
            yield PictureBatch(pixels, self.classes[rows])


def moved(
    pixels: UInt8[Tensor, "batch side side 3"], generator: np.random.Generator
) -> UInt8[Tensor, "batch side side 3"]:
    """Each picture moved by some pixels; what comes in mirrors what is there."""
    batch, side = pixels.shape[:2]
    offsets = generator.integers(-MOST_MOVED, MOST_MOVED + 1, size=(2, batch))
    rows, columns = (
        torch.from_numpy(_mirrored(np.arange(side) + one[:, None], side)) for one in offsets
    )
    return pixels[torch.arange(batch)[:, None, None], rows[:, :, None], columns[:, None, :]]


def partly_hidden(
    pixels: UInt8[Tensor, "batch side side 3"], generator: np.random.Generator
) -> UInt8[Tensor, "batch side side 3"]:
    """Each picture with a grey square, whose centre may be anywhere."""
    batch, side = pixels.shape[:2]
    width = side // HIDDEN
    starts = generator.integers(side, size=(2, batch, 1)) - width // 2
    rows, columns = torch.from_numpy(
        (starts <= np.arange(side)) & (np.arange(side) < starts + width)
    )
    hidden = rows[:, :, None] & columns[:, None, :]
    return pixels.masked_fill(hidden[..., None], GREY)


def _mirrored(places: np.ndarray, side: int) -> np.ndarray:
    places = np.abs(places)
    return np.where(places < side, places, 2 * (side - 1) - places)


def _generator(*seeds: int) -> np.random.Generator:
    return np.random.default_rng(seeds)
