"""The committed models, loaded the way a worker loads them."""

from pathlib import Path

import pytest

from salience.data.labelled_images import LabelledImages
from salience.errors import Unsupported
from salience.tasks.image_classification import ClassifyImages
from salience.tasks.image_classification_loading import (
    load_image_classification,
    prepare_image_classification,
)
from salience.tasks.image_item import ImageItem
from salience.tasks.loading import load_task
from salience.tasks.model_folder import ModelFolder
from salience.v1.images_pb2 import Classification

ROOT = Path(__file__).parents[3]
SAMPLES = list(LabelledImages(ROOT / "tests" / "data" / "garments_of_imagenet.tar", "test"))[::3]
FOLDER = ModelFolder(ROOT / "model_store" / "image-classification")
ENGINES = ["pytorch", "onnxruntime"]


@pytest.fixture(scope="module")
def tasks() -> dict[str, ClassifyImages]:
    return {
        engine: load_image_classification(FOLDER, engine, "cpu", 1, lambda inner: inner)
        for engine in ENGINES
    }


def answers(task: ClassifyImages) -> list[Classification]:
    found = task.answer([ImageItem(sample.content, 3, explain=True) for sample in SAMPLES])
    assert all(isinstance(answer, Classification) for answer in found)
    return found  # type: ignore[return-value]


def test_the_task_says_what_it_serves(tasks: dict[str, ClassifyImages]) -> None:
    model = tasks["onnxruntime"].model

    assert (model.name, model.engine, model.device) == (FOLDER.name, "onnxruntime", "cpu")
    assert len(set(model.labels)) == 1000
    assert model.limits.max_pixels > 12_000_000  # what a telephone takes


def test_the_engines_agree_on_real_images(tasks: dict[str, ClassifyImages]) -> None:
    for expected, found in zip(*map(answers, tasks.values()), strict=True):
        assert [one.label for one in found.classes] == [one.label for one in expected.classes]
        assert found.classes[0].probability == pytest.approx(
            expected.classes[0].probability, abs=1e-4
        )
        assert found.attention.weights == pytest.approx(expected.attention.weights, abs=1e-5)


def test_the_attention_is_real(tasks: dict[str, ClassifyImages]) -> None:
    for answer in answers(tasks["onnxruntime"]):
        assert sum(answer.attention.weights) == pytest.approx(1)
        assert max(answer.attention.weights) > 1.1 / 49


def test_an_answer_does_not_depend_on_its_neighbours(tasks: dict[str, ClassifyImages]) -> None:
    together = answers(tasks["onnxruntime"])

    (alone,) = tasks["onnxruntime"].answer([ImageItem(SAMPLES[2].content, 3)])

    assert isinstance(alone, Classification)
    assert list(alone.classes) == list(together[2].classes)


def test_the_folder_names_its_task() -> None:
    assert isinstance(load_task(FOLDER.path), ClassifyImages)


def test_the_reference_needs_nothing_built() -> None:
    assert prepare_image_classification(FOLDER, "pytorch") == FOLDER.path


def test_an_engine_that_cannot_run_it_is_refused() -> None:
    with pytest.raises(Unsupported, match="ctranslate2-int8"):
        prepare_image_classification(FOLDER, "ctranslate2-int8")
