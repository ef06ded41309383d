"""Where several pieces of a text looked together."""

from collections.abc import Sequence

import numpy as np

from salience.tasks.token_scores import Look
from salience.v1.explanations_pb2 import PieceWeights


def mean_weights(looks: Sequence[Look]) -> PieceWeights:
    """The mean of their weights; neighbours may have been read in two windows."""
    first = min(look.first for look in looks)
    total = np.zeros(max(look.first + len(look.weights) for look in looks) - first)
    for look in looks:
        total[look.first - first :][: len(look.weights)] += look.weights
    return PieceWeights(first_piece=first, weights=total / len(looks))
