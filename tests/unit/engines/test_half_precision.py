from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from loadtests.pictures import read_pictures
from loadtests.sentences import read_sentences
from salience.engines.half_precision import HalfPrecision
from salience.tasks.loading import load_task


class Watched:
    """Notes the precision that the engine inside is run with."""

    device, name = "cpu", "watched"

    def __init__(self) -> None:
        self.products: list[torch.dtype] = []

    def run(self, batch: Any) -> Any:
        self.products.append((torch.ones(2, 2) @ torch.ones(2, 2)).dtype)
        return batch


def test_products_are_computed_in_half_precision() -> None:
    engine = Watched()

    assert HalfPrecision(engine).run([[1, 2]]) == [[1, 2]]

    assert engine.products == [torch.bfloat16]


def answers(model: str, items: Sequence[Any], wrap: Any) -> Sequence[Any]:
    task = load_task(Path("model_store") / model, engine="pytorch", wrap_engine=wrap)
    return task.answer(items)


def in_both(model: str, items: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    """The answers in half and in single precision."""
    return answers(model, items, HalfPrecision), answers(model, items, lambda engine: engine)


def texts(task: str) -> list[str]:
    return [sentence.text for sentence in read_sentences(task)[:8]]


def test_names_are_the_same() -> None:
    half, single = in_both("entities-en", texts("entities"))

    found = [[(entity.text, entity.label) for entity in one.entities] for one in half]
    assert found == [[(entity.text, entity.label) for entity in one.entities] for one in single]
    assert any(found)


def test_most_translations_are_the_same() -> None:
    half, single = in_both("translation-en-de", texts("translation"))

    same = [mine.text == its.text for mine, its in zip(half, single, strict=True)]
    assert sum(same) >= 6


def test_pictures_are_taken_for_the_same() -> None:
    half, single = in_both(
        "image-classification", [picture.content for picture in read_pictures()[:4]]
    )

    labels = [one.classes[0].label for one in half]
    assert labels == [one.classes[0].label for one in single]
