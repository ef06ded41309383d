"""Keeps a decoder from inventing words: it may write ordinary ones and those of the text.

A number or a name is no ordinary word, so it can only be said as the text spells it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

_JOINS_NUMBERS = frozenset(".,:/-\u2013")
_UNITS = frozenset("%$€£")


class Lexicon:
    """The ordinary words of a language, and how words are made of pieces.

    A piece that goes on in a word begins with `##`.
    """

    def __init__(self, pieces: Sequence[str], ordinary: Iterable[str]) -> None:
        self.pieces = pieces
        self.ordinary = SortedWords(ordinary)

    def words(self, tokens: Sequence[int]) -> list[str]:
        """The words that the pieces of a sequence make."""
        words: list[str] = []
        for token in tokens:
            piece = self.pieces[token]
            if piece.startswith("##") and words:
                words[-1] += piece[2:]
            else:
                words.append(piece.removeprefix("##"))
        return words


class SortedWords:
    """A set of words that also knows what they begin with."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(set(words))

    def __contains__(self, word: object) -> bool:
        if not isinstance(word, str):
            return False
        place = bisect_left(self._words, word)
        return place < len(self._words) and self._words[place] == word

    def has_prefix(self, prefix: str) -> bool:
        """Whether a word begins like this."""
        place = bisect_left(self._words, prefix)
        return place < len(self._words) and self._words[place].startswith(prefix)


class AllowedWords:
    """What may be written about one text."""

    def __init__(self, lexicon: Lexicon, text: Sequence[int]) -> None:
        self._lexicon = lexicon
        words = lexicon.words(text)
        self._of_text = SortedWords(words)
        self._phrases = set(_phrases(words))

    def allows(self, written: Sequence[str], piece: str) -> bool:
        """Whether `piece` may follow the words written so far, the last maybe unfinished."""
        if piece.startswith("##"):
            word = (written[-1] if written else "") + piece[2:]
            return self._may_begin(word) and self._number_is_kept(written[:-1], word)
        return (
            self.is_complete(written)
            and self._may_begin(piece)
            and self._number_is_kept(written, piece)
        )

    def is_complete(self, written: Sequence[str]) -> bool:
        """Whether the last word may stand as it is."""
        if not written:
            return True
        word = written[-1]
        known = not _is_word(word) or word in self._of_text or word in self._lexicon.ordinary
        return known and self._number_is_kept(written[:-1], word, whole=True)

    def _may_begin(self, start: str) -> bool:
        return (
            not _is_word(start)
            or self._of_text.has_prefix(start)
            or self._lexicon.ordinary.has_prefix(start)
        )

    def _number_is_kept(self, before: Sequence[str], word: str, *, whole: bool = False) -> bool:
        """Whether what joins a number is joined to it in the text too: `3.5`, `95 %`."""
        if word in _UNITS and before and _has_digit(before[-1]):
            return (before[-1], word) in self._phrases
        if not _has_digit(word) or len(before) < 2 or before[-1] not in _JOINS_NUMBERS:
            return True
        if not _has_digit(before[-2]):
            return True
        joined = (before[-2], before[-1], word)
        if whole:
            return joined in self._phrases
        return any(
            len(phrase) == 3 and phrase[:2] == joined[:2] and phrase[2].startswith(word)
            for phrase in self._phrases
        )


def _phrases(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    yield from pairwise(words)
    for three in zip(words, words[1:], words[2:], strict=False):
        if _has_digit(three[0]) and three[1] in _JOINS_NUMBERS:
            yield three


def _is_word(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _has_digit(word: str) -> bool:
    return any(character.isdigit() for character in word)
