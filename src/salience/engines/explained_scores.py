"""What an engine answers that is asked to explain the scores of tokens."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class ExplainedScores(NamedTuple):
    """Scores [tokens, tags], and how much each token looked at each [tokens, tokens]."""

    scores: NDArray[np.float32]
    attention: NDArray[np.float32]
