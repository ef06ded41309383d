"""Names in a text as tags of its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salience.data.iob2 import names
from salience.evaluation.entities import tags_of
from salience.v1.entities_pb2 import Entities, Entity

WORDS = ("In", "@Rome_7", "'s", "U.S.A.")


@pytest.mark.parametrize(
    ("start", "end", "tags"),
    [
        (3, 10, ["O", "B-LOC", "O", "O"]),
        (3, 7, ["O", "B-LOC", "O", "O"]),
        (3, 13, ["O", "B-LOC", "I-LOC", "O"]),
        (4, 10, ["O", "O", "O", "O"]),
        (4, 12, ["O", "O", "B-LOC", "O"]),
        (14, 20, ["O", "O", "O", "B-LOC"]),
        (15, 20, ["O", "O", "O", "O"]),
    ],
)
def test_a_word_has_the_tag_of_the_name_at_its_beginning(
    start: int, end: int, tags: list[str]
) -> None:
    found = Entities(entities=[Entity(label="LOC", start=start, end=end)])

    assert tags_of(found, WORDS) == tags


@given(st.lists(st.sampled_from(["B-PER", "B-LOC", "O"]), min_size=1, max_size=12))
def test_names_of_whole_words_become_the_tags_they_came_from(tags: list[str]) -> None:
    words = tuple("w" * (1 + index % 3) for index in range(len(tags)))
    starts = [len(" ".join(words[:index])) + (index > 0) for index in range(len(words))]
    found = Entities(
        entities=[
            Entity(label=label, start=starts[first], end=starts[end - 1] + len(words[end - 1]))
            for label, first, end in names(tags)
        ]
    )

    assert tags_of(found, words) == tags
