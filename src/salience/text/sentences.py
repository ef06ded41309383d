"""Splitting a text into sentences without losing a character."""

import re
from collections.abc import Iterator

import sentencex

_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]*[\r\n\x0b\x0c\x85\u2028\u2029]*")
_OTHER_SPACE = re.compile(r"[^\S ]")
_EDGES = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)


def split_sentences(text: str, language: str) -> list[str]:
    """Pieces whose concatenation is exactly `text`: a sentence and the space after it.

    A line break always ends a sentence. `language` is ISO 639-1; it decides which
    abbreviations do not.
    """
    return [piece for line in _LINE.findall(text) for piece in _split_line(line, language)]


def split_edges(piece: str) -> tuple[str, str, str]:
    """A piece as white space before, content, white space after."""
    match = _EDGES.fullmatch(piece)
    assert match is not None
    return match[1], match[2], match[3]


def _split_line(line: str, language: str) -> Iterator[str]:
    # Other white space than U+0020 makes sentencex 1.0 lose characters or panic; the
    # twin has the same length, so its boundaries are the line's.
    twin = _OTHER_SPACE.sub(" ", line)
    for boundary in sentencex.get_sentence_boundaries(language, twin):
        yield line[boundary["start_index"] : boundary["end_index"]]
