"""How many names of tagged sentences a model finds, exactly as they are tagged."""

from collections.abc import Iterator, Sequence

import numpy as np
from seqeval.metrics.v1 import precision_recall_fscore_support
from seqeval.scheme import IOB2

from salience.data.conll import TaggedSentence
from salience.data.iob2 import OUTSIDE
from salience.tasks.entities import RecognizeEntities
from salience.tasks.tag_decoding import TagDecoder
from salience.tasks.token_scores import ScoredText
from salience.text.word_pieces import words_at

SENTENCES_AT_ONCE = 512


def measure_entities(
    task: RecognizeEntities, sentences: Sequence[TaggedSentence]
) -> dict[str, float]:
    """Span F1, precision and recall in percent: seqeval, strict, IOB2, all labels together."""
    expected = [list(sentence.tags) for sentence in sentences]
    found = list(found_tags(task, sentences))
    precision, recall, f1, _ = precision_recall_fscore_support(
        expected, found, average="micro", scheme=IOB2, zero_division=0
    )
    return {
        "f1": 100 * float(f1),
        "precision": 100 * float(precision),
        "recall": 100 * float(recall),
    }


def found_tags(task: RecognizeEntities, sentences: Sequence[TaggedSentence]) -> Iterator[list[str]]:
    """A tag for every word; the model reads each sentence as words between single spaces."""
    for start in range(0, len(sentences), SENTENCES_AT_ONCE):
        some = sentences[start : start + SENTENCES_AT_ONCE]
        scored = task.scorer.score([" ".join(sentence.words) for sentence in some])
        for sentence, scores in zip(some, scored, strict=True):
            yield _word_tags(task.decoder, sentence, scores)


def _word_tags(decoder: TagDecoder, sentence: TaggedSentence, scored: ScoredText) -> list[str]:
    """The tag of a word is that of its first piece; a word without pieces is no name."""
    words = words_at(sentence.words, scored.pieces.starts)
    first = np.flatnonzero(np.diff(words, prepend=-1))
    tags = [OUTSIDE] * len(sentence.words)
    for word, tag in zip(
        words[first], decoder.best_tags(scored.log_probabilities[first]), strict=True
    ):
        tags[word] = decoder.tags[tag]
    return tags
