"""What a headline engine is asked, as one sequence of integers."""

from collections.abc import Sequence
from typing import NamedTuple

from salience.engines.engine import Tokens


class HeadlineRequest(NamedTuple):
    """The pieces of a text, the style of the line, and its most words (0: no limit)."""

    style: int
    max_words: int
    pieces: Sequence[int]

    def tokens(self) -> list[int]:
        """The sequence that an engine runs."""
        return [self.style, self.max_words, *self.pieces]

    @classmethod
    def of(cls, tokens: Tokens) -> "HeadlineRequest":
        """What `tokens` made a sequence of."""
        return cls(tokens[0], tokens[1], tokens[2:])
