from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from salience.errors import InputTooLong, InvalidInput
from salience.tasks.entities import RecognizeEntities
from salience.tasks.tag_decoding import TagDecoder
from salience.tasks.token_scores import TokenScorer
from salience.text.word_pieces import WordPieces
from salience.v1.entities_pb2 import Entities, Entity
from salience.v1.models_pb2 import Limits, Model
from tests.unit.tasks.capitals_engine import CapitalsArePlaces

PIECES = WordPieces(Path(__file__).parents[3] / "model_store" / "entities-en" / "tokenizer.json")
TASK = RecognizeEntities(
    model=Model(labels=["PER", "LOC", "ORG"], limits=Limits(max_characters=5_000)),
    scorer=TokenScorer(CapitalsArePlaces(PIECES), PIECES, max_tokens=512),
    decoder=TagDecoder(["PER", "LOC", "ORG"]),
)
WORDS = st.sampled_from(
    [
        "Paris",
        "Zoe\u0308",
        "İzmir",
        "東京",
        "\u202eمدريد\u202c",
        "👩‍👩‍👧‍👦",
        "\0",
        "\u200d",
        "\r\n",
        "ﬁn",
    ]
)
ANY_TEXT = st.lists(WORDS | st.text(), min_size=1).map(" ".join)


def entities(text: str) -> list[Entity]:
    (answer,) = TASK.answer([text])
    assert isinstance(answer, Entities)
    return list(answer.entities)


@given(ANY_TEXT.filter(str.strip))
@example("Zoë Zoe\u0308 Zoe\u0308\u0301\u0302!")
@example("😀 Paris\0Rome \U0010ffff Oslo")
def test_offsets_cut_the_name_out_of_the_text_and_out_of_its_bytes(text: str) -> None:
    encoded, end = text.encode(), 0
    for entity in entities(text):
        assert entity.text == text[entity.start : entity.end]
        assert entity.text == encoded[entity.start_byte : entity.end_byte].decode()
        assert end <= entity.start < entity.end
        end = entity.end


def test_an_entity_is_where_the_caller_wrote_it() -> None:
    (entity,) = entities("🙂 près de  Zu\u0308rich, oui")

    assert (entity.text, entity.label) == ("Zu\u0308rich", "LOC")
    assert (entity.start, entity.end) == (11, 18)
    assert (entity.start_byte, entity.end_byte) == (15, 23)
    assert 0.99 < entity.score <= 1.0


def test_a_mark_on_the_last_letter_belongs_to_the_name() -> None:
    (entity,) = entities("in Zoe\u0308 today")

    assert entity.text == "Zoe\u0308"


def test_a_bad_text_does_not_spoil_its_neighbours() -> None:
    before, empty, long, after = TASK.answer(["in Rome", "", "x" * 5_001, "in Oslo"])

    assert isinstance(empty, InvalidInput)
    assert empty.field == "texts[1]"
    assert isinstance(long, InputTooLong)
    assert long.field == "texts[2]"
    assert "5000" in long.message
    assert isinstance(before, Entities)
    assert isinstance(after, Entities)
    assert [before.entities[0].text, after.entities[0].text] == ["Rome", "Oslo"]


def test_a_name_far_into_a_long_text_is_found() -> None:
    text = "word " * 900 + "Paris"

    assert [(entity.text, entity.start) for entity in entities(text)] == [("Paris", 4_500)]


@pytest.mark.parametrize("text", ["\0\0", "\u200d", "👩‍👩‍👧‍👦"])
def test_text_without_a_word_has_no_entities(text: str) -> None:
    assert entities(text) == []
