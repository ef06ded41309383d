"""Where the sentences of a padded batch begin."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from salience.engines.engine import Tokens


def sentence_starts(batch: Sequence[Tokens], marker: int) -> tuple[NDArray[np.int64], list[int]]:
    """The places of the markers [batch, sentences], and how many each row has.

    Past a row's last sentence stands the row's length.
    """
    places = [np.flatnonzero(np.equal(tokens, marker)) for tokens in batch]
    counts = [len(row) for row in places]
    lengths = np.array([len(tokens) for tokens in batch], dtype=np.int64)
    starts = np.repeat(lengths[:, None], max(counts), axis=1)
    for row, found in zip(starts, places, strict=True):
        row[: len(found)] = found
    return starts, counts
