"""What a detector answers for an image."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class DetectedObjects(NamedTuple):
    """A fixed number of candidates, most of them not there.

    `scores` is [candidates, classes]; `boxes` is [candidates, 4]: the centre's x and y, width
    and height, as shares of the image; `attention` is [candidates, rows, columns], with no rows
    where it was not asked for.
    """

    scores: NDArray[np.float32]
    boxes: NDArray[np.float32]
    attention: NDArray[np.float32]
