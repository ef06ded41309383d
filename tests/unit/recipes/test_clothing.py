"""The committed model on a sample of its test set, and its recipe on a few images."""

import tarfile
from pathlib import Path

import pytest

from salience.data.image_folder import read_image_folder
from salience.data.labelled_images import LabelledImages
from salience.models.stored_weights import load_weights
from salience.recipes import clothing
from salience.tasks.image_item import ImageItem
from salience.tasks.loading import load_task
from salience.tasks.model_folder import WEIGHTS, ModelFolder
from salience.v1.images_pb2 import Classification

ROOT = Path(__file__).parents[3]
SAMPLES = list(LabelledImages(ROOT / clothing.SAMPLE.file, "test"))
COMMITTED = ModelFolder(ROOT / "model_store" / "clothing")


@pytest.fixture(scope="module")
def answers() -> list[Classification]:
    task = load_task(COMMITTED.path)
    found = task.answer([ImageItem(sample.content, explain=True) for sample in SAMPLES])
    return [answer for answer in found if isinstance(answer, Classification)]


def test_the_committed_model_knows_garments(answers: list[Classification]) -> None:
    right = sum(
        answer.classes[0].label == sample.label
        for answer, sample in zip(answers, SAMPLES, strict=True)
    )

    assert right / len(SAMPLES) >= 0.8


def test_its_attention_was_trained(answers: list[Classification]) -> None:
    assert float(load_weights(COMMITTED.path / WEIGHTS)["pooling.sharpness"]) != 0
    for answer in answers:
        assert sum(answer.attention.weights) == pytest.approx(1, abs=1e-4)
        assert max(answer.attention.weights) > 1.05 / 49


def test_the_committed_files_are_what_the_recipe_writes() -> None:
    labels = {sample.label for sample in SAMPLES}

    assert COMMITTED.settings["labels"] == sorted(labels)
    assert COMMITTED.settings["name"] == "clothing"
    assert (COMMITTED.path / WEIGHTS).stat().st_size < 10_000_000


def test_a_run_unpacks_the_images_and_leaves_a_model(tmp_path: Path) -> None:
    archive = tmp_path / clothing.ARCHIVE
    archive.parent.mkdir()
    with (
        tarfile.open(ROOT / clothing.SAMPLE.file) as samples,
        tarfile.open(archive, "w") as made,
    ):
        for number, member in enumerate(samples.getmembers()):
            if member.isfile():
                content = samples.extractfile(member)
                member.name = f"train/{Path(member.name).parent.name}/{number}.jpg"
                made.addfile(member, content)

    clothing.run(tmp_path, tmp_path / "run", steps=1)

    assert ModelFolder(tmp_path / "run").name == "clothing"
    assert len(read_image_folder(tmp_path / "run" / "images").train) == 20
