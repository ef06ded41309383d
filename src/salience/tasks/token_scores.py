"""Scores every piece of a text, however long the text is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from salience.engines.engine import Engine
from salience.engines.micro_batches import run_in_micro_batches
from salience.text.tokenizer_pieces import TokenizerPieces
from salience.text.windows import Window, windows
from salience.text.word_pieces import PiecesOfText, WordPieces

Scores = NDArray[np.float32]

WINDOW = 126
"""Pieces in one sequence; with the two special tokens, what the models trained on."""
OVERLAPPING = 3
"""One piece of this many is also in the next window."""


@dataclass(frozen=True)
class ScoredText:
    """The pieces of a text and the log-probability of each tag at each of them."""

    pieces: PiecesOfText
    log_probabilities: Scores


class TokenScorer:
    """Cuts texts into overlapping windows, runs the engine, and joins its scores again.

    A batch holds at most `max_tokens` tokens: a CPU is fastest while a batch fits its cache,
    a GPU while it is full.
    """

    def __init__(
        self,
        engine: Engine[Scores],
        pieces: WordPieces | TokenizerPieces,
        *,
        max_tokens: int,
        window: int = WINDOW,
    ) -> None:
        self._engine = engine
        self._pieces = pieces
        self._max_tokens = max_tokens
        self._window = window

    def score(self, texts: Sequence[str]) -> list[ScoredText]:
        """The windows of all texts share the batches."""
        split = self._pieces.split(texts)
        overlap = self._window // OVERLAPPING
        cuts = [list(windows(len(p.tokens), size=self._window, overlap=overlap)) for p in split]
        sequences = [
            [self._pieces.start, *pieces.tokens[cut.start : cut.end].tolist(), self._pieces.end]
            for pieces, cuts_of_text in zip(split, cuts, strict=True)
            for cut in cuts_of_text
        ]
        outputs = iter(run_in_micro_batches(self._engine, sequences, max_tokens=self._max_tokens))
        return [
            ScoredText(pieces, _log_softmax(_kept([(cut, next(outputs)) for cut in cuts_of_text])))
            for pieces, cuts_of_text in zip(split, cuts, strict=True)
        ]


def _kept(read: Sequence[tuple[Window, Scores]]) -> Scores:
    """Of each window the part that it knows best; its first row belongs to `[CLS]`."""
    parts = [
        scores[1 + cut.keep_start - cut.start : 1 + cut.keep_end - cut.start]
        for cut, scores in read
    ]
    return np.concatenate(parts)


def _log_softmax(scores: Scores) -> Scores:
    shifted = scores - scores.max(axis=1, keepdims=True)
    normalized: Scores = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return normalized
