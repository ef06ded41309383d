"""The recipe that users run on their own images, on a folder of a few."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from salience.errors import InvalidInput
from salience.models.stored_weights import load_weights
from salience.recipes import image_classification, image_folder
from salience.tasks.image_classification import ClassifyImages
from salience.tasks.loading import load_task
from salience.tasks.model_folder import WEIGHTS, ModelFolder
from salience.v1.images_pb2 import Classification

COLOURS = {"crimson": (200, 30, 40), "navy": (20, 30, 160)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight noisy images of each colour, and a file that is none."""
    generator = np.random.default_rng(0)
    path = tmp_path_factory.mktemp("images")
    (path / "notes.txt").write_text("not an image")
    for label, colour in COLOURS.items():
        (path / label).mkdir()
        for number in range(8):
            noise = generator.integers(-20, 20, (64, 80, 3))
            image = Image.fromarray((noise + colour).clip(0, 255).astype(np.uint8))
            image.save(path / label / f"{number}.png")
    return path


@pytest.fixture(scope="module")
def trained(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of one step that went on for two more."""
    run_dir = tmp_path_factory.mktemp("runs") / "my-colours"
    image_classification.run(folder, run_dir, steps=1)
    image_classification.run(folder, run_dir, steps=3)
    return run_dir


def test_a_stopped_run_goes_on(trained: Path) -> None:
    assert torch.load(trained / "checkpoint.pt", weights_only=True)["step"] == 3


def test_the_model_is_named_after_its_run_and_tells_the_classes_apart(
    folder: Path, trained: Path
) -> None:
    task = load_task(trained)

    assert isinstance(task, ClassifyImages)
    assert task.model.name == "my-colours"
    assert list(task.model.labels) == ["crimson", "navy"]
    for label in COLOURS:
        (answer,) = task.answer([(folder / label / "0.png").read_bytes()])
        assert isinstance(answer, Classification)
        assert answer.classes[0].label == label


def test_only_the_last_layers_learn(trained: Path) -> None:
    before = load_weights(image_folder.PRETRAINED / WEIGHTS)
    after = load_weights(trained / WEIGHTS)

    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert "backbone.stem.1.weight" not in changed
    assert "backbone.blocks.8.depthwise.1.weight" not in changed
    assert {"backbone.blocks.9.depthwise.1.weight", "backbone.head.1.weight"} <= changed


def test_the_description_keeps_the_limits_of_the_backbone(trained: Path) -> None:
    settings = ModelFolder(trained).settings

    assert settings["limits"] == ModelFolder(image_folder.PRETRAINED).settings["limits"]
    assert settings["task"] == "image_classification"
    assert "default" not in settings


def test_a_broken_image_is_named(tmp_path: Path) -> None:
    for label in COLOURS:
        (tmp_path / "data" / label).mkdir(parents=True)
        (tmp_path / "data" / label / "broken.jpg").write_bytes(b"no image")

    with pytest.raises(InvalidInput) as refusal:
        image_classification.run(tmp_path / "data", tmp_path / "run", steps=1)
    assert refusal.value.field.endswith("broken.jpg")
