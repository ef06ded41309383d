"""The corpus through the models themselves, all of it at once."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from salience.errors import ServingError
from salience.tasks.loading import load_task
from salience.tasks.translation_item import TranslationItem
from salience.v1.entities_pb2 import Entities
from tests.nasty.images import BAD, GOOD
from tests.nasty.texts import TEXTS

STORE = Path(__file__).parents[2] / "model_store"
LONGEST = 400
SHORT_TEXTS = [text[:LONGEST] for text in TEXTS.values()]


def answers(model: str, items: Sequence[Any]) -> list[Any]:
    found = load_task(STORE / model, threads=1).answer(items)
    assert len(found) == len(items)
    return list(found)


def test_the_places_of_names_are_exact_in_every_text() -> None:
    for text, found in zip(SHORT_TEXTS, answers("entities-en", SHORT_TEXTS), strict=True):
        if isinstance(found, ServingError):
            continue
        assert isinstance(found, Entities)
        for entity in found.entities:
            assert text[entity.start : entity.end] == entity.text
            assert text.encode()[entity.start_byte : entity.end_byte].decode() == entity.text


def test_every_text_is_translated_or_refused() -> None:
    items = [TranslationItem(text) for text in SHORT_TEXTS]

    for text, found in zip(SHORT_TEXTS, answers("translation-en-de", items), strict=True):
        assert isinstance(found, ServingError) or found.text.strip() or not text.strip()


def test_images_are_classified_when_they_are_good_and_refused_when_they_are_bad() -> None:
    found = answers("image-classification", [*GOOD.values(), *BAD.values()])

    refused = {name for name, one in zip([*GOOD, *BAD], found, strict=True) if is_error(one)}
    assert refused == set(BAD)


def test_every_text_is_summarized_or_refused() -> None:
    for found in answers("summarization-en", SHORT_TEXTS):
        assert isinstance(found, ServingError) or found.sentences is not None


def is_error(found: object) -> bool:
    return isinstance(found, ServingError)
