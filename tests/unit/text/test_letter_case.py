import pytest

from salience.text.letter_case import LetterCase, letter_case


@pytest.mark.parametrize(
    ("piece", "expected"),
    [
        ("apple", LetterCase.LOWER),
        ("Apple", LetterCase.CAPITALIZED),
        ("APPLE", LetterCase.UPPER),
        ("A", LetterCase.ONE_CAPITAL),
        ("eBay", LetterCase.MIXED),
        ("2026", LetterCase.DIGITS),
        ("東京", LetterCase.CASELESS),
        ("?", LetterCase.CASELESS),
        ("", LetterCase.CASELESS),
        ("Élan", LetterCase.CAPITALIZED),
    ],
)
def test_a_piece_has_the_case_a_reader_sees(piece: str, expected: LetterCase) -> None:
    assert letter_case(piece) is expected
