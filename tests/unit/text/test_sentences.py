from hypothesis import given
from hypothesis import strategies as st

from salience.text.sentences import split_edges, split_sentences

TRICKY = st.text(st.sampled_from("ab D.!?…\"'()[]1\n\r\t\u00a0\u2028\u3000\u0301\u200d😀。„“-*"))


@given(st.one_of(st.text(), TRICKY), st.sampled_from(["en", "de", "fr", "zh", "xx"]))
def test_nothing_is_lost(text: str, language: str) -> None:
    assert "".join(split_sentences(text, language)) == text


@given(st.text())
def test_the_edges_are_all_the_white_space_around_the_content(piece: str) -> None:
    before, content, after = split_edges(piece)

    assert before + content + after == piece
    assert content == piece.strip()


def test_abbreviations_do_not_end_a_sentence_and_line_breaks_do() -> None:
    text = "Dr. Smith left. He was late.\nA title\n\nThe end.  "

    assert split_sentences(text, "en") == [
        "Dr. Smith left. ",
        "He was late.\n",
        "A title\n\n",
        "The end.  ",
    ]
