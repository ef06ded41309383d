"""A picture with weights laid over it: grey where nothing was looked at, warm where much was."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_WARM = np.array([255.0, 96.0, 0.0])
_STRONGEST = 0.6
"""How much of the picture's own grey the warm colour hides where the weight is the largest."""


def overlay_png(pixels: NDArray[np.uint8], weights: NDArray[np.float32]) -> bytes:
    """A PNG of the same size as `pixels` [height, width, 3]; `weights` is [rows, columns]."""
    height, width, _ = pixels.shape
    largest = float(weights.max()) or 1.0
    shares = Image.fromarray(weights / largest)
    strength = np.asarray(shares.resize((width, height), Image.Resampling.BILINEAR))
    grey = np.asarray(Image.fromarray(pixels).convert("L"), dtype=np.float64)[..., None]
    share = _STRONGEST * strength[..., None]
    mixed = ((1 - share) * grey + share * _WARM).round().clip(0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(mixed).save(file, "PNG")
    return file.getvalue()
