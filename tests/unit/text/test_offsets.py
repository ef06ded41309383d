from hypothesis import example, given
from hypothesis import strategies as st

from salience.text.offsets import byte_offsets, past_marks


@given(st.text())
@example("\x7f\x80\u07ff\u0800\uffff\U00010000")
def test_a_byte_offset_is_the_length_of_what_comes_before_it(text: str) -> None:
    expected = [len(text[:place].encode()) for place in range(len(text) + 1)]

    assert byte_offsets(text).tolist() == expected


def test_a_name_takes_its_combining_marks_along() -> None:
    text = "Jose\u0301 \u0301"

    assert past_marks(text, 4) == 5
    assert past_marks(text, 5) == 5
    assert past_marks(text, len(text)) == len(text)
