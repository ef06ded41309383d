"""Documents with the lines written about them, as word pieces."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import Any

from salience.data.summaries import SummarizedDocument
from salience.text.sentences import split_sentences
from salience.text.word_pieces import WordPieces

LONGEST_LINE = 48


class Style(IntEnum):
    """The kinds of lines the model can write: a summary, a title, a sentence of the text."""

    SUMMARY = 0
    TITLE = 1
    SENTENCE = 2


@dataclass(frozen=True)
class HeadlineExample:
    """One document's pieces and the lines about it, special pieces left out."""

    text: list[int]
    lines: list[tuple[Style, list[int]]]


def headline_examples(
    documents: Sequence[SummarizedDocument], pieces: WordPieces, *, longest: int, style: Style
) -> list[HeadlineExample]:
    """Documents cut to `longest` pieces; their references are lines of this style.

    The sentence closest to the main reference, and the title if there is one, are lines
    of their own.
    """
    return [_example(document, pieces, longest, style) for document in documents]


def closest_sentence(sentences: Sequence[list[int]], line: Sequence[int]) -> list[int]:
    """The sentence that shares most pieces and pairs of pieces with a line (mean of both F1)."""
    return max(sentences, key=lambda sentence: _closeness(sentence, line))


def _example(
    document: SummarizedDocument, pieces: WordPieces, longest: int, style: Style
) -> HeadlineExample:
    sentences = [s for s in split_sentences(document.document, "en") if s.strip()]
    titles = [document.title] if document.title else []
    split = pieces.split([*sentences, *document.references, *titles])
    ids = [(one.tokens % len(pieces)).tolist() for one in split]
    read, written = ids[: len(sentences)], ids[len(sentences) :]
    text = [piece for sentence in read for piece in sentence][:longest]
    lines = [(style, line) for line in written[: len(document.references)]]
    lines += [(Style.TITLE, line) for line in written[len(document.references) :]]
    within = list(_within(read, longest))
    lines.append((Style.SENTENCE, closest_sentence(within, written[0])))
    return HeadlineExample(text, [(style, line[:LONGEST_LINE]) for style, line in lines])


def _within(sentences: Sequence[list[int]], longest: int) -> Iterator[list[int]]:
    yield sentences[0][:longest]
    end = len(sentences[0])
    for sentence in sentences[1:]:
        end += len(sentence)
        if end <= longest:
            yield sentence


def _closeness(sentence: Sequence[int], line: Sequence[int]) -> float:
    pairs = Counter(pairwise(sentence)), Counter(pairwise(line))
    return _f1(Counter(sentence), Counter(line)) + _f1(*pairs)


def _f1(found: Counter[Any], wanted: Counter[Any]) -> float:
    total = found.total() + wanted.total()
    return 2 * (found & wanted).total() / total if total else 0.0
