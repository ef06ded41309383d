"""Batches of sequences of like length."""

from collections.abc import Iterator, Sequence

import numpy as np


def length_batches(
    lengths: Sequence[tuple[int, int]], *, tokens: int, generator: np.random.Generator
) -> Iterator[list[int]]:
    """Rows grouped by length and shuffled; a padded batch holds at most `tokens` a side.

    `lengths[i]` is the source and the target length of row i. A row longer than
    `tokens` stands alone.
    """
    longest = np.array([max(pair) for pair in lengths])
    order = np.argsort(longest + generator.random(len(longest)), kind="stable")
    batches: list[list[int]] = [[]]
    for row in order.tolist():
        if batches[-1] and (len(batches[-1]) + 1) * longest[row] > tokens:
            batches.append([])
        batches[-1].append(row)
    generator.shuffle(batches)
    yield from batches
