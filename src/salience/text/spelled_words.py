"""Words as an uncased vocabulary spells them, with their places."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from salience.text.word_pieces import PiecesOfText


class SpelledWord(NamedTuple):
    """The pieces of a word, and where in the text it stands."""

    pieces: tuple[str, ...]
    start: int
    end: int

    @property
    def spelling(self) -> str:
        """The word in lower case, without accents."""
        return "".join(piece.removeprefix("##") for piece in self.pieces)


def spelled_words(split: PiecesOfText, names: Sequence[str]) -> Iterator[SpelledWord]:
    """The words of a text; `names` are the vocabulary's pieces by id."""
    first = split.first_of_words.tolist()
    tokens = (split.tokens % len(names)).tolist()
    for start, end in zip(first, [*first, len(tokens)][1:], strict=True):
        pieces = tuple(names[token] for token in tokens[start:end])
        yield SpelledWord(pieces, int(split.starts[start]), int(split.ends[end - 1]))
