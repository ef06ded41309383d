"""Places in a text: code points, bytes, and where a character that a reader sees ends."""

import unicodedata

import numpy as np
from numpy.typing import NDArray


def byte_offsets(text: str) -> NDArray[np.int64]:
    """The offset in UTF-8 of every code point, and of the text's end."""
    code_points = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    sizes = 1 + (code_points > 0x7F) + (code_points > 0x7FF) + (code_points > 0xFFFF)
    return np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])


def past_marks(text: str, end: int) -> int:
    """`end`, or the place after the combining marks that stand there."""
    while end < len(text) and unicodedata.category(text[end]).startswith("M"):
        end += 1
    return end
