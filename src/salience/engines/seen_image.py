"""What an engine is given for an image, and what it answers."""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]
"""RGB, [side, side, 3], of the size that the network was made for."""


class SeenImage(NamedTuple):
    """The probability of each class, and the weight of each row and column of the map."""

    probabilities: NDArray[np.float32]
    attention: NDArray[np.float32]
