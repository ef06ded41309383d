"""Cuts a document that is too long for a model into windows of whole sentences."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from salience.text.windows import Window


def sentence_windows(lengths: Sequence[int], *, size: int, overlap: int) -> Iterator[Window]:
    """Windows of sentences, at most `size` tokens each, that overlap by at most `overlap`.

    `lengths` are in tokens, each at most `size - overlap`. The kept parts follow each
    other without gap; two neighbours share the sentences of their overlap evenly.
    """
    ends = [0, *accumulate(lengths)]
    start = keep_start = 0
    while ends[-1] - ends[start] > size:
        end = bisect_right(ends, ends[start] + size) - 1
        next_start = max(start + 1, bisect_left(ends, ends[end] - overlap))
        keep_end = (next_start + end) // 2
        yield Window(start, end, keep_start, keep_end)
        start, keep_start = next_start, keep_end
    start = min(start, bisect_left(ends, ends[-1] - size))
    yield Window(start, len(lengths), keep_start, len(lengths))
