import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from salience.training.joined_rows import MOST_JOINED, joined_rows

LENGTHS = st.lists(st.integers(1, 95), max_size=60)


@given(LENGTHS, st.floats(0, 1))
def test_every_row_is_there_once_in_order_and_no_group_is_too_long(
    lengths: list[int], share: float
) -> None:
    groups = joined_rows(lengths, share=share, longest=96, generator=np.random.default_rng(1))

    assert [row for group in groups for row in group] == list(range(len(lengths)))
    assert all(sum(lengths[row] for row in group) < 96 for group in groups)
    assert all(len(group) <= MOST_JOINED for group in groups)


def test_the_share_says_how_many_groups_are_joined() -> None:
    groups = joined_rows([5] * 10_000, share=0.2, longest=96, generator=np.random.default_rng(1))

    assert 0.18 < np.mean([len(group) > 1 for group in groups]) < 0.22


def test_nothing_is_joined_when_nothing_should_be() -> None:
    groups = joined_rows([5] * 9, share=0.0, longest=96, generator=np.random.default_rng(1))

    assert groups == [[row] for row in range(9)]
