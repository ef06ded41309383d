"""Boxes by their edges (left, top, right, bottom): how much they overlap, and which to keep."""

import numpy as np
from numpy.typing import NDArray


def overlaps(first: NDArray[np.floating], second: NDArray[np.floating]) -> NDArray[np.float64]:
    """Intersection over union of each box of `first` [m, 4] with each of `second` [n, 4]."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    shared = (high - low).clip(min=0).prod(axis=2)
    union = _areas(first)[:, None] + _areas(second)[None, :] - shared
    return np.asarray(shared / np.maximum(union, 1e-12), dtype=np.float64)


def strongest(
    boxes: NDArray[np.floating], scores: NDArray[np.floating], *, most_overlap: float
) -> list[int]:
    """The boxes that no better one overlaps by more, the best first: non-maximum suppression."""
    kept: list[int] = []
    left = np.argsort(-scores, kind="stable")
    while left.size:
        best, others = int(left[0]), left[1:]
        kept.append(best)
        left = others[overlaps(boxes[[best]], boxes[others])[0] <= most_overlap]
    return kept


def _areas(boxes: NDArray[np.floating]) -> NDArray[np.floating]:
    return np.asarray((boxes[:, 2:] - boxes[:, :2]).clip(min=0).prod(axis=1))
