import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from salience.training.batches import length_batches

LENGTHS = st.lists(st.tuples(st.integers(1, 50), st.integers(1, 50)), min_size=1, max_size=60)


@given(LENGTHS, st.integers(1, 200))
def test_every_row_comes_once_and_padded_batches_fit(
    lengths: list[tuple[int, int]], tokens: int
) -> None:
    batches = list(length_batches(lengths, tokens=tokens, generator=np.random.default_rng(1)))

    assert sorted(row for batch in batches for row in batch) == list(range(len(lengths)))
    for batch in batches:
        longest = max(max(lengths[row]) for row in batch)
        assert len(batch) == 1 or len(batch) * longest <= tokens


def test_the_same_seed_gives_the_same_batches() -> None:
    lengths = [(number % 7 + 1, number % 5 + 1) for number in range(40)]

    first, second = (
        list(length_batches(lengths, tokens=20, generator=np.random.default_rng(4)))
        for _ in range(2)
    )

    assert first == second
