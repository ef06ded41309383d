"""Lines that say in the model's own words what texts of any length are about."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from salience.decoding.allowed_words import Lexicon
from salience.decoding.generated import Generated
from salience.engines.engine import Engine
from salience.engines.headline_request import HeadlineRequest
from salience.engines.micro_batches import run_in_micro_batches
from salience.errors import ServingError
from salience.tasks.alignment import TextPieces
from salience.tasks.summary_item import SummaryItem
from salience.text.spans import Span
from salience.text.summary_length import SummaryLength
from salience.text.surfaces import Surfaces
from salience.text.unsupported import unsupported
from salience.text.word_pieces import PiecesOfText, WordPieces
from salience.v1.models_pb2 import Model
from salience.v1.summarization_pb2 import Summary

_ROUNDING = 1 + 1e-6
"""A ratio travels in single precision: 0.3 of ten words are three."""


class _Document(NamedTuple):
    text: str
    pieces: PiecesOfText
    max_words: int
    explain: bool


class WriteHeadlines:
    """Implements Task: texts to Summaries of one line.

    `style` is the kind of line, as the model was trained. A length in words or as a ratio
    is kept; one in sentences says nothing here, for there is one line. `engine` gives the
    engine that explains, or the one that does not.
    """

    def __init__(
        self,
        *,
        model: Model,
        engine: Callable[[bool], Engine[Generated]],
        pieces: WordPieces,
        lexicon: Lexicon,
        style: int,
        max_tokens: int,
    ) -> None:
        self.model = model
        self._engine = engine
        self._pieces = pieces
        self._lexicon = lexicon
        self._style = style
        self._max_tokens = max_tokens

    def answer(self, items: Sequence[SummaryItem | str]) -> list[Summary | ServingError]:
        """Summarize every text; texts of like length share a batch."""
        read = [self._read(SummaryItem.of(item), f"texts[{n}]") for n, item in enumerate(items)]
        documents = [document for document in read if isinstance(document, _Document)]
        summaries = iter(self._summaries(documents))
        return [one if isinstance(one, ServingError) else next(summaries) for one in read]

    def _read(self, item: SummaryItem, path: str) -> _Document | ServingError:
        try:
            item.check(path, self.model)
        except ServingError as error:
            return error
        (pieces,) = self._pieces.split([item.text])
        return _Document(item.text, pieces, _max_words(item), item.explain)

    def _summaries(self, documents: Sequence[_Document]) -> list[Summary]:
        readable = [document for document in documents if len(document.pieces.tokens)]
        explained = self._lines([one for one in readable if one.explain], explain=True)
        plain = self._lines([one for one in readable if not one.explain], explain=False)
        return [
            self._summary(one, next(explained if one.explain else plain))
            if len(one.pieces.tokens)
            else Summary()
            for one in documents
        ]

    def _lines(self, documents: Sequence[_Document], *, explain: bool) -> Iterator[Generated]:
        sequences = [self._sequence(document) for document in documents]
        engine = self._engine(explain)
        return iter(run_in_micro_batches(engine, sequences, max_tokens=self._max_tokens))

    def _sequence(self, document: _Document) -> list[int]:
        pieces = (document.pieces.tokens % len(self._pieces)).tolist()
        return HeadlineRequest(self._style, document.max_words, pieces).tokens()

    def _summary(self, document: _Document, line: Generated) -> Summary:
        words = self._lexicon.words(line.tokens)
        surfaces = Surfaces(
            document.text, document.pieces, self._lexicon.pieces, self._lexicon.ordinary
        )
        text = surfaces.written(words)
        invented = unsupported(text, document.text, self._lexicon.ordinary)
        summary = Summary(text=text, unsupported=list(dict.fromkeys(invented)))
        if document.explain:
            spans = map(Span, document.pieces.starts.tolist(), document.pieces.ends.tolist())
            summary.pieces.extend(TextPieces(document.text).of(spans))
            summary.piece_weights.extend(np.mean(line.attention, axis=0))
        return summary


def _max_words(item: SummaryItem) -> int:
    """The most words of the line, 0 where nobody says."""
    length: SummaryLength = item.length
    if length.ratio is None:
        return length.words or 0
    return max(1, math.floor(length.ratio * len(item.text.split()) * _ROUNDING))
