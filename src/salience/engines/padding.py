"""Sequences side by side, as long as the longest."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from salience.engines.engine import Tokens


def padded(batch: Sequence[Tokens]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Tokens [batch, len], zero past each row's end, and lengths [batch]."""
    lengths = np.array([len(tokens) for tokens in batch], dtype=np.int64)
    rows = np.zeros((len(batch), int(lengths.max(initial=0))), dtype=np.int64)
    for row, tokens in zip(rows, batch, strict=True):
        row[: len(tokens)] = tokens
    return rows, lengths
