"""Cuts a sequence that is too long for a model into windows that overlap."""

from collections.abc import Iterator
from typing import NamedTuple


class Window(NamedTuple):
    """Read `[start, end)`, of which `[keep_start, keep_end)` is best known here."""

    start: int
    end: int
    keep_start: int
    keep_end: int


def windows(length: int, *, size: int, overlap: int) -> Iterator[Window]:
    """Windows of at most `size` that overlap by at least `overlap`.

    The kept parts follow each other without gap: two neighbours share their overlap evenly,
    so every place is kept where it sees most on both sides.
    """
    start = keep_start = 0
    while start + size < length:
        next_start = min(start + size - overlap, length - size)
        keep_end = (next_start + start + size) // 2
        yield Window(start, start + size, keep_start, keep_end)
        start, keep_start = next_start, keep_end
    yield Window(start, length, keep_start, length)
