"""Scores every sentence of a document, however long the document is."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from salience.engines.engine import Engine
from salience.engines.micro_batches import run_in_micro_batches
from salience.text.sentence_windows import sentence_windows
from salience.text.windows import Window
from salience.text.word_pieces import WordPieces

Scores = NDArray[np.float32]

MAX_PIECES = 126
"""Of a sentence that are read; with the two special tokens around them it holds 128."""
WINDOW = 512
OVERLAP = 128


class SentenceScorer:
    """Cuts documents into windows of sentences, runs the engine, and joins its scores again.

    A batch holds at most `max_tokens` tokens.
    """

    def __init__(self, engine: Engine[Scores], pieces: WordPieces, *, max_tokens: int) -> None:
        self._engine = engine
        self._pieces = pieces
        self._max_tokens = max_tokens

    def score(self, documents: Sequence[Sequence[str]]) -> list[Scores]:
        """A score from 0 to 1 for every sentence of every document.

        The windows of all documents share the batches.
        """
        read = [sentence_tokens(sentences, self._pieces) for sentences in documents]
        cuts = [
            list(sentence_windows([len(s) for s in sentences], size=WINDOW, overlap=OVERLAP))
            for sentences in read
        ]
        sequences = [
            [token for sentence in sentences[cut.start : cut.end] for token in sentence]
            for sentences, cuts_of_document in zip(read, cuts, strict=True)
            for cut in cuts_of_document
        ]
        outputs = iter(run_in_micro_batches(self._engine, sequences, max_tokens=self._max_tokens))
        return [_joined([(cut, next(outputs)) for cut in some]) for some in cuts]


def sentence_tokens(sentences: Sequence[str], pieces: WordPieces) -> list[list[int]]:
    """Each sentence between its two special tokens, its end left out if it is very long."""
    return [
        [pieces.start, *split.tokens[:MAX_PIECES].tolist(), pieces.end]
        for split in pieces.split(sentences)
    ]


def _joined(read: Sequence[tuple[Window, Scores]]) -> Scores:
    """Of each window the sentences that it knows best, through the sigmoid."""
    parts = [scores[cut.keep_start - cut.start : cut.keep_end - cut.start] for cut, scores in read]
    return (1 / (1 + np.exp(-np.concatenate(parts)))).astype(np.float32)
