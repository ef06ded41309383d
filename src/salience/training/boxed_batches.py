"""Batches of views of pictures, with the boxes that are in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from salience.data.voc_boxes import BoxedImage
from salience.vision.centre_crop import Box, square
from salience.vision.decoding import ImageLimits, decode_image

LIMITS = ImageLimits(max_bytes=2**30, max_pixels=2**28)
LEAST_SIDE = 0.6
"""The smallest share of a picture's sides that a view shows."""
MOST_LIGHT = 0.2


@dataclass(frozen=True)
class BoxedPicture:
    """A picture's pixels; its boxes' edges as shares of it [n, 4], and their labels [n]."""

    image: Image.Image
    edges: NDArray[np.float64]
    labels: NDArray[np.int64]


class BoxedBatch(NamedTuple):
    """Pixels [batch, side, side, 3]; of each picture boxes (centre, size) [n, 4] and labels."""

    pixels: Tensor
    boxes: tuple[Tensor, ...]
    labels: tuple[Tensor, ...]


def boxed_picture(example: BoxedImage, labels: Sequence[str]) -> BoxedPicture:
    """Decoded, its labels numbered."""
    image = decode_image(example.content, limits=LIMITS, field=example.name).image
    edges = np.array([box[1:] for box in example.boxes], dtype=np.float64).reshape(-1, 4)
    edges /= np.array([image.width, image.height] * 2)
    numbers = np.array([labels.index(box.label) for box in example.boxes], dtype=np.int64)
    return BoxedPicture(image, edges.clip(0, 1), numbers)


def boxed_batches(
    pictures: Sequence[BoxedPicture], *, side: int, batch_size: int, seed: int, start: int
) -> Iterator[BoxedBatch]:
    """Batches without end, from number `start`; each epoch has its own order and views."""
    per_epoch = -(-len(pictures) // batch_size)
    for step in range(start, 2**62):
        epoch, number = divmod(step, per_epoch)
        order = np.random.default_rng([seed, epoch]).permutation(len(pictures))
        rows = order[number * batch_size : (number + 1) * batch_size]
        generator = np.random.default_rng([seed, epoch, number])
        yield boxed_batch([random_view(pictures[row], side, generator) for row in rows])


def boxed_batch(
    views: Sequence[tuple[NDArray[np.uint8], NDArray[np.float64], NDArray[np.int64]]],
) -> BoxedBatch:
    """Views together: of each its pixels, the edges of its boxes and their labels."""
    pixels, edges, labels = zip(*views, strict=True)
    return BoxedBatch(
        torch.from_numpy(np.stack(pixels)),
        tuple(torch.from_numpy(_centred(one)).float() for one in edges),
        tuple(torch.from_numpy(one) for one in labels),
    )


def random_view(
    picture: BoxedPicture, side: int, generator: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.float64], NDArray[np.int64]]:
    """A part of the picture, perhaps mirrored, with the boxes whose centres are in it."""
    sides = generator.uniform(LEAST_SIDE, 1, 2)
    corner = generator.uniform(0, 1 - sides)
    width, height = picture.image.size
    left, top = int(corner[0] * width), int(corner[1] * height)
    box = Box(left, top, max(1, int(sides[0] * width)), max(1, int(sides[1] * height)))
    pixels = square(picture.image, box, side)
    edges, labels = _within(picture, box)
    for axis in (0, 1):
        if generator.random() < 0.5:
            pixels, edges = _mirrored(pixels, edges, axis)
    light = generator.uniform(1 - MOST_LIGHT, 1 + MOST_LIGHT)
    lit = (pixels.astype(np.float32) * light).clip(0, 255).astype(np.uint8)
    return lit, edges, labels


def _within(picture: BoxedPicture, box: Box) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    size = np.array([picture.image.width, picture.image.height] * 2)
    place = np.array([box.left, box.top] * 2)
    edges = (picture.edges * size - place) / np.array([box.width, box.height] * 2)
    centres = (edges[:, :2] + edges[:, 2:]) / 2
    inside = ((centres > 0) & (centres < 1)).all(axis=1)
    return edges[inside].clip(0, 1), picture.labels[inside]


def _mirrored(
    pixels: NDArray[np.uint8], edges: NDArray[np.float64], axis: int
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Left and right exchanged, or with `axis` 1 the upper and the lower side."""
    turned = edges.copy()
    turned[:, axis], turned[:, axis + 2] = 1 - edges[:, axis + 2], 1 - edges[:, axis]
    return np.flip(pixels, 1 - axis), turned


def _centred(edges: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = edges[:, :2], edges[:, 2:]
    return np.concatenate([(low + high) / 2, high - low], axis=1)
