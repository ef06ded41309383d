"""What a generator answers for a row of noise."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float32, UInt8

Noise = Float32[np.ndarray, "noise_width"]


class MadePicture(NamedTuple):
    """A picture, and how much each place looked at each other, where it was asked for."""

    pixels: UInt8[np.ndarray, "side side 3"]
    attention: Float32[np.ndarray, "places seen_places"]
