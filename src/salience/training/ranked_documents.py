"""Summarized documents as padded batches of sentences to rank."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from salience.data.summaries import SummarizedDocument
from salience.evaluation.rouge import best_rouge
from salience.tasks.sentence_scores import WINDOW, sentence_tokens
from salience.text.placed_sentences import placed_sentences
from salience.text.word_pieces import WordPieces

NO_SENTENCE = -1.0
"""The closeness past a document's last sentence."""


@dataclass(frozen=True)
class RankedDocument:
    """The tokens of each sentence, and how close the sentence is to the summary, 0 to 1.

    Closeness is the F1 of ROUGE-1; `weight` is the document's in the loss.
    """

    sentences: Sequence[Sequence[int]]
    closeness: Sequence[float]
    weight: float

    @property
    def num_tokens(self) -> int:
        """Of all sentences together."""
        return sum(map(len, self.sentences))


@dataclass(frozen=True)
class RankedBatch:
    """Padded documents."""

    tokens: Tensor
    lengths: Tensor
    starts: Tensor
    closeness: Tensor
    weights: Tensor


def ranked_documents(
    documents: Iterable[SummarizedDocument], pieces: WordPieces, *, weight: float
) -> Iterator[RankedDocument]:
    """The beginning of each document, as much as a window holds, of two sentences or more."""
    for document in documents:
        texts = [sentence.text for sentence in placed_sentences(document.document, "en")]
        sentences = _beginning(sentence_tokens(texts, pieces))
        closeness = [
            best_rouge(text, document.references)["rouge1"] / 100
            for text in texts[: len(sentences)]
        ]
        if len(sentences) > 1:
            yield RankedDocument(sentences, closeness, weight)


def ranked_batch(documents: Sequence[RankedDocument]) -> RankedBatch:
    """The documents side by side, padded to the longest and to the one of most sentences."""
    lengths = torch.tensor([document.num_tokens for document in documents])
    most = max(len(document.sentences) for document in documents)
    tokens = torch.zeros(len(documents), int(lengths.max()), dtype=torch.long)
    starts = lengths[:, None].repeat(1, most)
    closeness = torch.full((len(documents), most), NO_SENTENCE)
    for row, document in enumerate(documents):
        ends = torch.tensor([len(sentence) for sentence in document.sentences]).cumsum(0)
        starts[row, 0] = 0
        starts[row, 1 : len(ends)] = ends[:-1]
        tokens[row, : lengths[row]] = torch.tensor([t for s in document.sentences for t in s])
        closeness[row, : len(ends)] = torch.tensor(document.closeness)
    weights = torch.tensor([document.weight for document in documents])
    return RankedBatch(tokens, lengths, starts, closeness, weights)


def _beginning(sentences: Sequence[Sequence[int]]) -> Sequence[Sequence[int]]:
    room = WINDOW
    for count, sentence in enumerate(sentences):
        room -= len(sentence)
        if room < 0:
            return sentences[:count]
    return sentences
