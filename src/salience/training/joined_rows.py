"""Putting short examples together, so that a model also sees long ones."""

from collections.abc import Sequence

import numpy as np

MOST_JOINED = 4


def joined_rows(
    lengths: Sequence[int], *, share: float, longest: int, generator: np.random.Generator
) -> list[list[int]]:
    """Each row once, in order; every `share`-th group holds two to four neighbours.

    A group stops growing where it would be as long as `longest`. Rows should come in a
    random order. Source: Kondo et al., "Sentence Concatenation Approach to Data
    Augmentation for Neural Machine Translation" (2021).
    """
    groups: list[list[int]] = []
    room = space = 0
    for row, length in enumerate(lengths):
        if room and length < space:
            groups[-1].append(row)
        else:
            room = int(generator.integers(2, MOST_JOINED + 1)) if generator.random() < share else 1
            space = longest
            groups.append([row])
        room -= 1
        space -= length
    return groups
