"""A stand-in for an entity model: it takes every capitalized word for a place."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from salience.engines.engine import Tokens
from salience.text.letter_case import LetterCase
from salience.text.word_pieces import WordPieces

NUM_TAGS = 7
BEGIN_PLACE = 3


class CapitalsArePlaces:
    """Implements Engine; also keeps the lengths of what it was given."""

    name = "capitals"
    device = "cpu"

    def __init__(self, pieces: WordPieces) -> None:
        self._vocabulary = len(pieces)
        self.lengths: list[int] = []

    def run(self, batch: Sequence[Tokens]) -> Sequence[NDArray[np.float32]]:
        """Scores that are sure of themselves."""
        self.lengths += [len(tokens) for tokens in batch]
        return [self._scores(np.array(tokens)) for tokens in batch]

    def _scores(self, tokens: NDArray[np.int64]) -> NDArray[np.float32]:
        capital = tokens // self._vocabulary == LetterCase.CAPITALIZED
        scores = np.zeros((len(tokens), NUM_TAGS), dtype=np.float32)
        scores[np.arange(len(tokens)), np.where(capital, BEGIN_PLACE, 0)] = 9.0
        return scores
