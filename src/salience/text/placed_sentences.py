"""The sentences of a text, each with its place."""

from collections.abc import Iterator
from typing import NamedTuple

from salience.text.sentences import split_edges, split_sentences


class PlacedSentence(NamedTuple):
    """A sentence without the white space around it, and where it is in code points."""

    text: str
    start: int
    end: int


def placed_sentences(text: str, language: str) -> Iterator[PlacedSentence]:
    """The sentences in order; what is only white space is none. `language` is ISO 639-1."""
    place = 0
    for piece in split_sentences(text, language):
        before, content, _ = split_edges(piece)
        start = place + len(before)
        if content:
            yield PlacedSentence(content, start, start + len(content))
        place += len(piece)
