"""Summaries that a checkpoint's network writes in its own words."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from salience.decoding.generated import Generated
from salience.decoding.options import DecodingOptions
from salience.engines.engine import Engine
from salience.engines.micro_batches import run_in_micro_batches
from salience.errors import ServingError
from salience.tasks.alignment import TextPieces
from salience.tasks.summary_item import SummaryItem
from salience.text.checkpoint_subwords import CheckpointSubwords
from salience.text.long_sentences import split_to_fit
from salience.text.sentences import split_edges, split_sentences
from salience.text.summary_length import SummaryLength
from salience.text.unsupported import unsupported
from salience.v1.models_pb2 import Model
from salience.v1.summarization_pb2 import Summary

MAX_TOKENS_PER_BATCH = 4_096


class _Part(NamedTuple):
    """What the network reads at once, and where it starts in the text."""

    start: int
    text: str
    tokens: list[int]


class _Document(NamedTuple):
    text: str
    length: SummaryLength
    parts: list[_Part]
    explain: bool


class _Everything:
    """Any word may begin a sentence: what is ordinary in a language nobody told."""

    def __contains__(self, word: object) -> bool:
        return True


class WriteSummaries:
    """Implements Task: texts to Summaries that were written, not chosen.

    A text that is longer than the network reads is summarized in parts, of whole sentences,
    whose summaries follow each other. A length that is asked for is kept by leaving out the
    last sentences, all but one.
    """

    def __init__(
        self,
        *,
        model: Model,
        engine: Callable[[DecodingOptions], Engine[Generated]],
        subwords: CheckpointSubwords,
        max_source_tokens: int,
        decoding: DecodingOptions,
    ) -> None:
        self.model = model
        self._engine = engine
        self._decoding = decoding
        self._subwords = subwords
        self._max_source_tokens = max_source_tokens
        self._language = (*model.source_languages, "en")[0]

    def answer(self, items: Sequence[SummaryItem | str], /) -> list[Summary | ServingError]:
        """Summarize every text; the parts of all of them share the batches."""
        read = [self._read(SummaryItem.of(item), f"texts[{n}]") for n, item in enumerate(items)]
        documents = [one for one in read if isinstance(one, _Document)]
        explained = self._written([one for one in documents if one.explain], explain=True)
        plain = self._written([one for one in documents if not one.explain], explain=False)
        return [
            one
            if isinstance(one, ServingError)
            else self._summary(one, next(explained if one.explain else plain))
            for one in read
        ]

    def _read(self, item: SummaryItem, path: str) -> _Document | ServingError:
        try:
            item.check(path, self.model)
        except ServingError as error:
            return error
        return _Document(item.text, item.length, [*self._parts(item.text)], item.explain)

    def _parts(self, text: str) -> Iterator[_Part]:
        """The text, or parts of it that fit and are as long as may be."""
        start, part = 0, ""
        for piece in self._pieces(text):
            if part and not self._fits(part + piece):
                yield self._part(start, part)
                start, part = start + len(part), ""
            part += piece
        yield self._part(start, part)

    def _part(self, start: int, text: str) -> _Part:
        before, content, _ = split_edges(text)
        return _Part(start + len(before), content, self._tokens(content))

    def _pieces(self, text: str) -> Iterator[str]:
        if self._fits(text):
            yield text
            return
        for sentence in split_sentences(text, self._language):
            yield from split_to_fit(sentence, self._fits)

    def _fits(self, text: str) -> bool:
        return len(self._tokens(text)) <= self._max_source_tokens

    def _tokens(self, text: str) -> list[int]:
        return self._subwords.encode([text.strip()])[0]

    def _written(
        self, documents: Sequence[_Document], *, explain: bool
    ) -> Iterator[list[Generated]]:
        """What was written for the parts of each document."""
        sources = [self._subwords.framed(part.tokens) for one in documents for part in one.parts]
        engine = self._engine(replace(self._decoding, explain=explain))
        outputs = iter(run_in_micro_batches(engine, sources, max_tokens=MAX_TOKENS_PER_BATCH))
        for one in documents:
            yield [next(outputs) for _ in one.parts]

    def _summary(self, document: _Document, written: Sequence[Generated]) -> Summary:
        parts = self._subwords.decode([output.tokens for output in written])
        text = self._shortened(" ".join(part for part in parts if part), document)
        invented = unsupported(text, document.text, _Everything())
        summary = Summary(text=text, unsupported=list(dict.fromkeys(invented)))
        if document.explain:
            self._explain(summary, document, written)
        return summary

    def _explain(self, summary: Summary, document: _Document, written: Sequence[Generated]) -> None:
        """Add the mean over all tokens that were written; special tokens are left out."""
        pieces, before = TextPieces(document.text), len(self._subwords.before)
        num_written = sum(len(output.tokens) for output in written)
        for part, output in zip(document.parts, written, strict=True):
            own = slice(before, before + len(part.tokens))
            spans = self._subwords.source_spans(part.text)[own]
            summary.pieces.extend(pieces.of(span.shifted(part.start) for span in spans))
            looked = np.sum(output.attention, axis=0)[own] if output.tokens else [0.0] * len(spans)
            summary.piece_weights.extend(np.divide(looked, max(num_written, 1)))

    def _shortened(self, summary: str, document: _Document) -> str:
        length = _in_words(document)
        if length.sentences is None and length.words is None:
            return summary
        sentences = split_sentences(summary, self._language)
        kept = length.chosen(range(len(sentences)), [len(s.split()) for s in sentences])
        return "".join(sentences[: len(kept)]).rstrip()


def _in_words(document: _Document) -> SummaryLength:
    """The length that is asked for, a share of the text being turned into words."""
    if document.length.ratio is None:
        return document.length
    words = document.length.ratio * len(document.text.split())
    return SummaryLength(words=max(1, math.floor(words * (1 + 1e-6))))
