"""From word pieces back to writing: capitals and spaces as the text has them.

An uncased model says `state - of - the - art bert`; the text it read knows better.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Sequence

from salience.text.spelled_words import spelled_words
from salience.text.word_pieces import PiecesOfText

_ENDS_SENTENCE = frozenset(".!?")
_CLINGS_LEFT = frozenset(",.;:!?)]}%'\u2019\u201d")
_CLINGS_RIGHT = frozenset("([{\u201c$#")
_CLINGS_BOTH = frozenset("-/'\u2019\u2013")
_QUOTE = '"'


class Surfaces:
    """How one text writes its words, and what it leaves between them.

    `pieces` are the vocabulary's by id. A word of `ordinary` that stands only where a
    sentence begins is not a name.
    """

    def __init__(
        self, text: str, split: PiecesOfText, pieces: Sequence[str], ordinary: Container[str]
    ) -> None:
        self._ordinary = ordinary
        self._forms: dict[str, Counter[str]] = defaultdict(Counter)
        self._openings: dict[str, str] = {}
        self._gaps: dict[tuple[str, str], Counter[bool]] = defaultdict(Counter)
        before, before_end = "", 0
        for spelled in spelled_words(split, pieces):
            word, surface = spelled.spelling, text[spelled.start : spelled.end]
            if not before or before in _ENDS_SENTENCE:
                self._openings.setdefault(word, surface)
            else:
                self._forms[word][surface] += 1
            self._gaps[before, word][spelled.start > before_end] += 1
            before, before_end = word, spelled.end

    def written(self, words: Sequence[str]) -> str:
        """The words as a line of text that begins with a capital."""
        line = ""
        for index, word in enumerate(words):
            form = self._form(word)
            if index == 0 or words[index - 1] in _ENDS_SENTENCE:
                form = _capitalized(form)
            line += " " * (index > 0 and self._is_apart(words, index)) + form
        return line

    def _form(self, word: str) -> str:
        if word in self._forms:
            return self._forms[word].most_common(1)[0][0]
        opening = self._openings.get(word, word)
        return word if opening == word.capitalize() and word in self._ordinary else opening

    def _is_apart(self, words: Sequence[str], index: int) -> bool:
        left, right = words[index - 1], words[index]
        if (left, right) in self._gaps:
            return self._gaps[left, right].most_common(1)[0][0]
        if _QUOTE in {left, right}:
            return words[:index].count(_QUOTE) % 2 == 0
        return not (right in _CLINGS_LEFT | _CLINGS_BOTH or left in _CLINGS_RIGHT | _CLINGS_BOTH)


def _capitalized(form: str) -> str:
    return form[:1].upper() + form[1:] if form.islower() else form
