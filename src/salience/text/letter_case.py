"""How a piece of text is cased, as one small integer.

An uncased vocabulary drops what often tells a name from a word: `apple`, `Apple`,
`APPLE`.
"""

from enum import IntEnum
from functools import lru_cache


class LetterCase(IntEnum):
    """The case classes; CASELESS also stands for special tokens."""

    CASELESS = 0
    LOWER = 1
    CAPITALIZED = 2
    UPPER = 3
    ONE_CAPITAL = 4
    MIXED = 5
    DIGITS = 6


@lru_cache(maxsize=65_536)
def letter_case(piece: str) -> LetterCase:
    """The class of a piece; what is neither a letter nor a digit does not count."""
    if piece.islower():
        return LetterCase.LOWER
    if piece.isupper():
        return LetterCase.UPPER if len(piece) > 1 else LetterCase.ONE_CAPITAL
    if piece[:1].isupper() and piece[1:].islower():
        return LetterCase.CAPITALIZED
    if piece.isdigit():
        return LetterCase.DIGITS
    return LetterCase.MIXED if piece.lower() != piece else LetterCase.CASELESS
