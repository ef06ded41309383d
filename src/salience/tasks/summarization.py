"""Summaries of texts of any length, made of their own best sentences."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from salience.errors import ServingError
from salience.tasks.sentence_scores import Scores, SentenceScorer
from salience.tasks.summary_item import SummaryItem
from salience.text.offsets import byte_offsets
from salience.text.placed_sentences import PlacedSentence, placed_sentences
from salience.text.summary_length import SummaryLength
from salience.v1.models_pb2 import Model
from salience.v1.summarization_pb2 import Summary, SummarySentence

ABSTRACT = 20
"""Sentences; within so many the network itself knows how much a place is worth."""


class _Document(NamedTuple):
    text: str
    length: SummaryLength
    explain: bool
    sentences: list[PlacedSentence]


class ChooseSentences:
    """Implements Task: texts to Summaries made of their sentences.

    Of two sentences with the same score the earlier one is worth more, and the more so the
    longer the text: `lead_preference` is the power to which 1 + place / 20 divides a score.
    """

    def __init__(self, *, model: Model, scorer: SentenceScorer, lead_preference: float) -> None:
        self.model = model
        self._scorer = scorer
        self._lead_preference = lead_preference

    def answer(self, items: Sequence[SummaryItem | str]) -> list[Summary | ServingError]:
        """Summarize every text; the windows of all of them share the batches."""
        read = [self._read(SummaryItem.of(item), f"texts[{n}]") for n, item in enumerate(items)]
        documents = [document for document in read if isinstance(document, _Document)]
        scores = self._scorer.score([[s.text for s in d.sentences] for d in documents])
        summaries = iter(map(self._summary, documents, scores))
        return [one if isinstance(one, ServingError) else next(summaries) for one in read]

    def _read(self, item: SummaryItem, path: str) -> _Document | ServingError:
        try:
            item.check(path, self.model)
        except ServingError as error:
            return error
        language = self.model.source_languages[0]
        sentences = list(placed_sentences(item.text, language))
        return _Document(item.text, item.length, item.explain, sentences)

    def _summary(self, document: _Document, scores: Scores) -> Summary:
        chosen = _told(document, scores, self._chosen(document, scores))
        everything = range(len(scores)) if document.explain else ()
        return Summary(
            text=" ".join(sentence.text for sentence in chosen),
            sentences=chosen,
            weighed=_told(document, scores, everything),
        )

    def _chosen(self, document: _Document, scores: Scores) -> list[int]:
        """The sentences to show, in order; one without a letter or a digit says nothing."""
        worth = scores / (1 + np.arange(len(scores)) / ABSTRACT) ** self._lead_preference
        best_first = np.argsort(-worth, kind="stable").tolist()
        speaking = [i for i in best_first if any(map(str.isalnum, document.sentences[i].text))]
        num_words = [len(sentence.text.split()) for sentence in document.sentences]
        return document.length.chosen(speaking or best_first, num_words)


def _told(document: _Document, scores: Scores, indexes: Iterable[int]) -> list[SummarySentence]:
    places = byte_offsets(document.text)
    return [
        SummarySentence(
            text=document.sentences[index].text,
            index=index,
            start=document.sentences[index].start,
            end=document.sentences[index].end,
            score=scores[index],
            start_byte=places[document.sentences[index].start],
            end_byte=places[document.sentences[index].end],
        )
        for index in indexes
    ]
