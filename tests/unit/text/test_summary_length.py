import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salience.errors import InvalidInput
from salience.text.summary_length import SummaryLength, default_num_sentences

NUM_WORDS = st.lists(st.integers(min_value=0, max_value=40), min_size=1, max_size=30)


@given(NUM_WORDS, st.integers(min_value=1, max_value=200), st.randoms())
def test_a_budget_of_words_is_kept_unless_not_even_one_sentence_fits(
    num_words: list[int], budget: int, random: Random
) -> None:
    ranking = random.sample(range(len(num_words)), len(num_words))

    chosen = SummaryLength(words=budget).chosen(ranking, num_words)

    assert chosen == sorted(set(chosen)) != []
    fits = min(num_words) <= budget
    assert sum(num_words[index] for index in chosen) <= budget if fits else chosen == ranking[:1]


@given(NUM_WORDS, st.integers(min_value=1, max_value=40))
def test_at_most_so_many_sentences_are_chosen_the_best_of_them(
    num_words: list[int], count: int
) -> None:
    ranking = list(reversed(range(len(num_words))))

    chosen = SummaryLength(sentences=count).chosen(ranking, num_words)

    assert chosen == list(range(len(num_words)))[-count:]


def test_a_ratio_is_a_share_of_the_words() -> None:
    num_words = [10, 20, 30, 40]

    assert SummaryLength(ratio=0.5).chosen([3, 1, 0, 2], num_words) == [0, 3]
    assert SummaryLength(ratio=1.0).chosen([3, 1, 0, 2], num_words) == [0, 1, 2, 3]
    assert SummaryLength(ratio=0.01).chosen([3, 1, 0, 2], num_words) == [3]


def test_a_ratio_in_single_precision_is_taken_as_it_was_meant() -> None:
    assert SummaryLength(ratio=float(np.float32(0.7))).chosen([0, 1], [70, 30]) == [0]


def test_a_sentence_too_long_for_what_is_left_gives_way_to_the_next_best() -> None:
    assert SummaryLength(words=12).chosen([1, 0, 2], [9, 8, 4]) == [1, 2]


@pytest.mark.parametrize(("length", "expected"), [(1, 1), (7, 1), (19, 1), (50, 3), (500, 10)])
def test_without_a_length_long_texts_get_more_sentences(length: int, expected: int) -> None:
    assert default_num_sentences(length) == expected
    assert len(SummaryLength().chosen(range(length), [5] * length)) == expected


@pytest.mark.parametrize(
    ("length", "field"),
    [
        (SummaryLength(sentences=0), "sentences"),
        (SummaryLength(words=0), "words"),
        (SummaryLength(ratio=0.0), "ratio"),
        (SummaryLength(ratio=2.0), "ratio"),
        (SummaryLength(ratio=math.nan), "ratio"),
    ],
)
def test_a_length_that_no_summary_can_have_is_refused(length: SummaryLength, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        length.check()

    assert refused.value.field == field


@pytest.mark.parametrize(
    "length",
    [SummaryLength(), SummaryLength(sentences=1), SummaryLength(words=1), SummaryLength(ratio=1.0)],
)
def test_a_possible_length_is_accepted(length: SummaryLength) -> None:
    length.check()
