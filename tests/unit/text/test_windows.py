from hypothesis import given
from hypothesis import strategies as st

from salience.text.windows import Window, windows


def test_what_fits_is_one_window() -> None:
    assert list(windows(10, size=10, overlap=4)) == [Window(0, 10, 0, 10)]


def test_neighbours_share_their_overlap_evenly() -> None:
    assert list(windows(16, size=10, overlap=4)) == [Window(0, 10, 0, 8), Window(6, 16, 8, 16)]


@given(st.integers(0, 500), st.integers(2, 60), st.data())
def test_every_place_is_kept_once_with_context_on_both_sides(
    length: int, size: int, data: st.DataObject
) -> None:
    overlap = data.draw(st.integers(0, size - 1))

    cuts = list(windows(length, size=size, overlap=overlap))

    kept = [place for cut in cuts for place in range(cut.keep_start, cut.keep_end)]
    assert kept == list(range(length))
    for cut in cuts:
        assert cut.end - cut.start <= size
        assert cut.start == 0 or cut.keep_start - cut.start >= overlap // 2
        assert cut.end == length or cut.end - cut.keep_end >= overlap // 2
