"""Summaries that a checkpoint's network writes in its own words."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from salience.decoding.generated import Generated
from salience.decoding.options import DecodingOptions
from salience.engines.engine import Engine
from salience.engines.micro_batches import run_in_micro_batches
from salience.errors import ServingError
from salience.tasks.summary_item import SummaryItem
from salience.text.checkpoint_subwords import CheckpointSubwords
from salience.text.long_sentences import split_to_fit
from salience.text.sentences import split_sentences
from salience.text.summary_length import SummaryLength
from salience.text.unsupported import unsupported
from salience.v1.models_pb2 import Model
from salience.v1.summarization_pb2 import Summary

MAX_TOKENS_PER_BATCH = 4_096


class _Document(NamedTuple):
    text: str
    length: SummaryLength
    parts: list[list[int]]


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
        self._engine = engine(decoding)
        self._subwords = subwords
        self._max_source_tokens = max_source_tokens
        self._language = (*model.source_languages, "en")[0]

    def answer(self, items: Sequence[SummaryItem | str], /) -> list[Summary | ServingError]:
        """Summarize every text; the parts of all of them share the batches."""
        read = [self._read(SummaryItem.of(item), f"texts[{n}]") for n, item in enumerate(items)]
        parts = [part for one in read if isinstance(one, _Document) for part in one.parts]
        written = iter(self._written(parts))
        return [
            one
            if isinstance(one, ServingError)
            else self._summary(one, [next(written) for _ in one.parts])
            for one in read
        ]

    def _read(self, item: SummaryItem, path: str) -> _Document | ServingError:
        try:
            item.check(path, self.model)
        except ServingError as error:
            return error
        return _Document(item.text, item.length, [*self._parts(item.text)])

    def _parts(self, text: str) -> Iterator[list[int]]:
        """The text, or parts of it that fit and are as long as may be."""
        part = ""
        for piece in self._pieces(text):
            if part and not self._fits(part + piece):
                yield self._tokens(part)
                part = ""
            part += piece
        yield self._tokens(part)

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

    def _written(self, parts: Sequence[list[int]]) -> list[str]:
        sources = [self._subwords.framed(part) for part in parts]
        outputs = run_in_micro_batches(self._engine, sources, max_tokens=MAX_TOKENS_PER_BATCH)
        return self._subwords.decode([output.tokens for output in outputs])

    def _summary(self, document: _Document, parts: Sequence[str]) -> Summary:
        text = self._shortened(" ".join(part for part in parts if part), document)
        invented = unsupported(text, document.text, _Everything())
        return Summary(text=text, unsupported=list(dict.fromkeys(invented)))

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
