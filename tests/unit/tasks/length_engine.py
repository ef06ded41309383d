"""A stand-in for a sentence ranker: the longer a sentence, the more it says."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from salience.engines.engine import Tokens
from salience.text.word_pieces import WordPieces


class LongestSaysMost:
    """Implements Engine; also keeps the lengths of what it was given."""

    name = "longest"
    device = "cpu"

    def __init__(self, pieces: WordPieces) -> None:
        self._marker = pieces.start
        self.lengths: list[int] = []

    def run(self, batch: Sequence[Tokens]) -> Sequence[NDArray[np.float32]]:
        """Each sentence's length, as a score before the sigmoid."""
        self.lengths += [len(tokens) for tokens in batch]
        return [self._scores(tokens) for tokens in batch]

    def _scores(self, tokens: Tokens) -> NDArray[np.float32]:
        starts = np.flatnonzero(np.equal(tokens, self._marker))
        lengths = np.diff(starts, append=len(tokens))
        return (lengths / 50 - 1).astype(np.float32)
