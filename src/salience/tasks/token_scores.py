"""Scores every piece of a text, however long the text is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from salience.engines.engine import Engine
from salience.engines.explained_scores import ExplainedScores
from salience.engines.micro_batches import run_in_micro_batches
from salience.text.tokenizer_pieces import TokenizerPieces
from salience.text.windows import Window, windows
from salience.text.word_pieces import PiecesOfText, WordPieces

Scores = NDArray[np.float32]
Output = TypeVar("Output")

WINDOW = 126
"""Pieces in one sequence; with the two special tokens, what the models trained on."""
OVERLAPPING = 3
"""One piece of this many is also in the next window."""


class Look(NamedTuple):
    """How much a piece looked at `first` and the pieces after it; at the others not at all."""

    first: int
    weights: NDArray[np.float32]


@dataclass(frozen=True)
class ScoredText:
    """The pieces of a text and the log-probability of each tag at each of them."""

    pieces: PiecesOfText
    log_probabilities: Scores
    looks: Sequence[Look] = ()
    """One for each piece, if they were asked for."""


class TokenScorer:
    """Cuts texts into overlapping windows, runs the engine, and joins its scores again.

    A batch holds at most `max_tokens` tokens: a CPU is fastest while a batch fits its cache,
    a GPU while it is full. `explaining` is the engine that tells where it looked, if it can.
    """

    def __init__(
        self,
        engine: Engine[Scores],
        pieces: WordPieces | TokenizerPieces,
        *,
        max_tokens: int,
        window: int = WINDOW,
        explaining: Engine[ExplainedScores] | None = None,
    ) -> None:
        self._engine = engine
        self._explaining = explaining
        self._pieces = pieces
        self._max_tokens = max_tokens
        self._window = window

    def score(self, texts: Sequence[str]) -> list[ScoredText]:
        """The windows of all texts share the batches."""
        return [
            ScoredText(pieces, _log_softmax(_kept(read)))
            for pieces, read in self._read(texts, self._engine)
        ]

    def explained(self, texts: Sequence[str]) -> list[ScoredText]:
        """The same with where each piece looked."""
        assert self._explaining is not None
        found = []
        for pieces, read in self._read(texts, self._explaining):
            scores = _kept([(cut, output.scores) for cut, output in read])
            attention = [(cut, output.attention) for cut, output in read]
            found.append(ScoredText(pieces, _log_softmax(scores), _looks(attention)))
        return found

    def _read(
        self, texts: Sequence[str], engine: Engine[Output]
    ) -> list[tuple[PiecesOfText, list[tuple[Window, Output]]]]:
        split = self._pieces.split(texts)
        overlap = self._window // OVERLAPPING
        cuts = [list(windows(len(p.tokens), size=self._window, overlap=overlap)) for p in split]
        sequences = [
            [self._pieces.start, *pieces.tokens[cut.start : cut.end].tolist(), self._pieces.end]
            for pieces, cuts_of_text in zip(split, cuts, strict=True)
            for cut in cuts_of_text
        ]
        outputs = iter(run_in_micro_batches(engine, sequences, max_tokens=self._max_tokens))
        return [
            (pieces, [(cut, next(outputs)) for cut in cuts_of_text])
            for pieces, cuts_of_text in zip(split, cuts, strict=True)
        ]


def _kept(read: Sequence[tuple[Window, Scores]]) -> Scores:
    """Of each window the part that it knows best; its first row belongs to `[CLS]`."""
    parts = [
        scores[1 + cut.keep_start - cut.start : 1 + cut.keep_end - cut.start]
        for cut, scores in read
    ]
    return np.concatenate(parts)


def _looks(read: Sequence[tuple[Window, NDArray[np.float32]]]) -> list[Look]:
    """The rows of the same parts; `[CLS]` and `[SEP]` are no pieces of the text."""
    return [
        Look(cut.start, row[1:-1])
        for cut, attention in read
        for row in attention[1 + cut.keep_start - cut.start : 1 + cut.keep_end - cut.start]
    ]


def _log_softmax(scores: Scores) -> Scores:
    shifted = scores - scores.max(axis=1, keepdims=True)
    normalized: Scores = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return normalized
