"""Cutting what is longer than a model can hold, at the best place there is."""

import re
from collections.abc import Callable

_BREAKS = (
    # After a comma or the like, full-width ones included, or before a dash or a bracket.
    re.compile(r"(?<=[,;:!?\u3002\uff0c\u3001\uff1b\uff1a])\s*|(?<=\.)\s+|\s+(?=[-\u2013\u2014(])"),
    re.compile(r"\s+"),
)


def split_to_fit(text: str, fits: Callable[[str], bool]) -> list[str]:
    """Pieces that fit, whose concatenation is exactly `text`.

    A piece that does not fit is halved: at the clause boundary nearest to its middle,
    or else at white space, or else between two characters.
    """
    if len(text) < 2 or fits(text):
        return [text]
    middle = _break_near_middle(text)
    return split_to_fit(text[:middle], fits) + split_to_fit(text[middle:], fits)


def _break_near_middle(text: str) -> int:
    half, quarter = len(text) // 2, len(text) // 4
    for pattern in _BREAKS:
        ends = [match.end() for match in pattern.finditer(text)]
        inner = [end for end in ends if quarter < end < len(text) - quarter]
        if inner:
            return min(inner, key=lambda end: abs(end - half))
    return half
