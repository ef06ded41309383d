from hypothesis import given
from hypothesis import strategies as st

from salience.text.long_sentences import split_to_fit


@given(st.text(max_size=300), st.integers(min_value=1, max_value=40))
def test_every_piece_fits_and_nothing_is_lost(text: str, limit: int) -> None:
    pieces = split_to_fit(text, lambda piece: len(piece) <= limit)

    assert "".join(pieces) == text
    assert all(len(piece) <= limit for piece in pieces)


def test_a_clause_boundary_is_preferred_to_a_space() -> None:
    text = "When the rain stopped, we all went out"

    assert split_to_fit(text, lambda piece: len(piece) < 30) == [
        "When the rain stopped, ",
        "we all went out",
    ]
