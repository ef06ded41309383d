import pytest

from salience.data.conll import TaggedSentence
from salience.data.iob2 import (
    continued,
    iob2_tags,
    may_follow,
    names,
    without_bare_at_signs,
)


def test_every_label_has_a_tag_to_begin_and_a_tag_to_go_on() -> None:
    assert iob2_tags(["PER", "LOC"]) == ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]


@pytest.mark.parametrize(
    ("previous", "tag", "allowed"),
    [
        ("O", "B-PER", True),
        ("B-PER", "I-PER", True),
        ("I-PER", "I-PER", True),
        ("B-PER", "B-PER", True),
        ("O", "I-PER", False),
        ("B-LOC", "I-PER", False),
        ("I-LOC", "O", True),
    ],
)
def test_a_name_goes_on_only_after_its_like(previous: str, tag: str, allowed: bool) -> None:
    assert may_follow(tag, previous) is allowed


def test_the_rest_of_a_word_continues_its_name() -> None:
    assert [continued(tag) for tag in ("B-PER", "I-PER", "O")] == ["I-PER", "I-PER", "O"]


@pytest.mark.parametrize("tags", [("B-PER", "B-PER"), ("B-PER", "I-PER"), ("O", "B-PER")])
def test_a_handle_begins_after_its_at_sign(tags: tuple[str, str]) -> None:
    sentence = TaggedSentence(("@", "ada"), tags)

    assert without_bare_at_signs(sentence).tags == ("O", "B-PER")


def test_names_are_found_by_their_beginnings() -> None:
    tags = ["B-PER", "I-PER", "B-PER", "O", "B-LOC"]

    assert list(names(tags)) == [("PER", 0, 2), ("PER", 2, 3), ("LOC", 4, 5)]
