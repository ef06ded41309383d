from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salience.text.letter_case import LetterCase
from salience.text.word_pieces import WordPieces, words_at

TOKENIZER = Path(__file__).parents[3] / "model_store" / "entities-en" / "tokenizer.json"
PIECES = WordPieces(TOKENIZER)


def read(text: str) -> list[str]:
    (pieces,) = PIECES.split([text])
    return [text[start:end] for start, end in zip(pieces.starts, pieces.ends, strict=True)]


def test_a_long_text_is_not_cut() -> None:
    assert len(read("Paris " * 1_000)) == 1_000


def test_the_case_travels_with_the_token() -> None:
    (small,), (capital,) = (pieces.tokens for pieces in PIECES.split(["paris", "Paris"]))

    assert small % len(PIECES) == capital % len(PIECES)
    assert small // len(PIECES) == LetterCase.LOWER
    assert capital // len(PIECES) == LetterCase.CAPITALIZED


def test_words_end_at_spaces_and_at_punctuation() -> None:
    text = "Schwarzenegger's U.S."

    (pieces,) = PIECES.split([text])

    starts = pieces.starts[pieces.first_of_words]
    assert [text[start] for start in starts] == ["S", "'", "s", "U", ".", "S", "."]


@pytest.mark.parametrize("text", ["\0", "\u200d", " ", "\u0301"])
def test_text_without_anything_to_read_has_no_pieces(text: str) -> None:
    (pieces,) = PIECES.split([text])

    assert len(pieces.tokens) == len(pieces.first_of_words) == 0


@given(st.text())
def test_pieces_stand_in_the_text_from_left_to_right(text: str) -> None:
    (pieces,) = PIECES.split([text])

    assert (pieces.starts < pieces.ends).all()
    assert (np.diff(pieces.starts) >= 0).all()
    assert (np.diff(pieces.words) >= 0).all()
    assert not pieces.ends.size or pieces.ends.max() <= len(text)


def test_an_offset_falls_into_the_word_that_stands_there() -> None:
    assert words_at(["New", "York", "!"], np.array([0, 2, 4, 7, 9])).tolist() == [0, 0, 1, 1, 2]
