from hypothesis import given
from hypothesis import strategies as st

from salience.text.placed_sentences import placed_sentences

PARTS = st.sampled_from(
    ["One. ", "Dr. Who?", "\n\n", " \t", "Zoë's 🎉! ", "\u2028", "東京。", "e.g. "]
)
ANY_TEXT = st.lists(PARTS | st.text(), min_size=1).map("".join)


@given(ANY_TEXT)
def test_every_sentence_is_a_slice_and_nothing_but_space_is_between(text: str) -> None:
    end = 0
    for sentence in placed_sentences(text, "en"):
        assert sentence.text == text[sentence.start : sentence.end]
        assert sentence.text == sentence.text.strip() != ""
        assert not text[end : sentence.start].strip()
        end = sentence.end
    assert not text[end:].strip()


def test_sentences_are_placed_in_code_points() -> None:
    assert list(placed_sentences(" 🎉 Yes.\n\nNo.", "en")) == [("🎉 Yes.", 1, 7), ("No.", 9, 12)]
