"""Where tokens stand in what was read and in what was written."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salience.text.spans import Span, marked_spans
from salience.text.subwords import Subwords

SUBWORDS = Subwords(Path(__file__).parents[3] / "model_store/translation-en-de/subwords.model")


def read(text: str) -> list[str]:
    return [text[start:end] for start, end in SUBWORDS.source_spans(text)]


def test_white_space_is_no_part_of_a_word() -> None:
    assert read("  The  café\tis open.") == ["The", "ca", "f", "é", "is", "open", ".", ""]


def test_the_bytes_of_a_character_share_its_place() -> None:
    assert marked_spans("a😀", [(0, 1), (1, 1), (1, 1), (1, 2)]) == [(0, 1), (1, 2), (1, 2), (1, 2)]
    assert read("a漢字") == ["a", *["漢"] * 3, *["字"] * 3, ""]


def test_what_is_only_white_space_keeps_its_place() -> None:
    assert marked_spans("a 5", [(0, 1), (1, 2), (2, 3)]) == [(0, 1), (1, 2), (2, 3)]


def test_a_span_moves_with_its_text() -> None:
    assert Span(2, 5).shifted(10) == (12, 15)


@pytest.mark.parametrize("text", ["Guten Morgen, Ōsaka.", "1½ café 😀😀", "  zwei  Worte "])
def test_what_was_written_is_found_in_its_text(text: str) -> None:
    (ids,) = SUBWORDS.encode([text])
    (whole,) = SUBWORDS.decode([ids])

    spans = SUBWORDS.written_spans(ids)

    pieces = [whole[start:end] for start, end in spans]
    assert len(spans) == len(ids)
    assert {c for c in whole if not c.isspace()} == {
        c for piece in pieces for c in piece if not c.isspace()
    }


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_every_token_of_any_text_has_a_place_in_order(text: str) -> None:
    (ids,) = SUBWORDS.encode([text])

    spans = SUBWORDS.source_spans(text)

    assert len(spans) == len(SUBWORDS.framed(ids))
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    assert spans == sorted(spans)
