import pytest

from salience.errors import InputTooLong, InvalidInput
from salience.text.limits import check_text


@pytest.mark.parametrize("text", ["", "  \n\u2003"])
def test_a_text_of_nothing_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_text(text, field="texts[2]", max_characters=10)

    assert caught.value.field == "texts[2]"


def test_the_limit_is_named_and_counts_code_points() -> None:
    check_text("😀" * 10, field="texts[0]", max_characters=10)

    with pytest.raises(InputTooLong, match=r"11 characters.*limit is 10"):
        check_text("😀" * 11, field="texts[0]", max_characters=10)


def test_half_of_a_surrogate_pair_is_no_text() -> None:
    with pytest.raises(InvalidInput, match="surrogate"):
        check_text("a\ud800", field="texts[0]", max_characters=10)
