from hypothesis import given
from hypothesis import strategies as st

from salience.text.sentence_windows import sentence_windows

SIZE, OVERLAP = 20, 6
LENGTHS = st.lists(st.integers(min_value=1, max_value=SIZE - OVERLAP), min_size=1, max_size=60)


@given(LENGTHS)
def test_every_sentence_is_kept_once_and_every_window_fits(lengths: list[int]) -> None:
    kept: list[int] = []
    for window in sentence_windows(lengths, size=SIZE, overlap=OVERLAP):
        assert window.start <= window.keep_start <= window.keep_end <= window.end
        assert sum(lengths[window.start : window.end]) <= SIZE
        kept += range(window.keep_start, window.keep_end)
    assert kept == list(range(len(lengths)))


@given(LENGTHS)
def test_every_window_reads_further_than_the_one_before(lengths: list[int]) -> None:
    ends = [window.end for window in sentence_windows(lengths, size=SIZE, overlap=OVERLAP)]

    assert ends == sorted(set(ends))


def test_a_short_document_is_one_window() -> None:
    assert list(sentence_windows([8, 8, 4], size=20, overlap=6)) == [(0, 3, 0, 3)]


def test_neighbours_share_their_overlap_and_the_last_window_is_full() -> None:
    found = list(sentence_windows([2] * 14, size=20, overlap=8))

    assert found == [(0, 10, 0, 8), (4, 14, 8, 14)]
