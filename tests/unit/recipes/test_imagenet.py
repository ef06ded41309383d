"""The recipe of the committed model, and the model on what it was compared by."""

import json
from pathlib import Path

from salience.models.stored_weights import load_weights
from salience.recipes import imagenet
from salience.tasks.model_folder import WEIGHTS, ModelFolder

COMMITTED = ModelFolder(Path(__file__).parents[3] / "model_store" / "image-classification")


def test_the_committed_files_are_what_the_recipe_writes(tmp_path: Path) -> None:
    imagenet.run(tmp_path, tmp_path / "run")

    made = ModelFolder(tmp_path / "run")
    assert made.settings == COMMITTED.settings
    assert made.digest == COMMITTED.digest


def test_the_labels_are_a_thousand_different_names() -> None:
    labels = COMMITTED.settings["labels"]

    assert len(labels) == len(set(labels)) == 1000
    assert labels[2] == "great white shark"


def test_the_attention_is_sharper_than_an_average() -> None:
    sharpness = load_weights(COMMITTED.path / WEIGHTS)["pooling.sharpness"]

    assert abs(float(sharpness) - imagenet.SHARPNESS) < 1e-4


def test_the_model_is_small_and_limits_what_it_reads() -> None:
    limits = json.loads((COMMITTED.path / "model.json").read_text())["limits"]

    assert (COMMITTED.path / WEIGHTS).stat().st_size < 10_000_000
    assert limits.keys() == {"max_items", "max_bytes", "max_pixels"}
