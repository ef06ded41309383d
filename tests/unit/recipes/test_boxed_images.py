"""Both detectors are trained for two steps, stopped, resumed, loaded and asked."""

import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from salience.models.detections import DetectorSize
from salience.recipes import blood_cells, blood_cells_without_attention
from salience.recipes.boxed_images import DetectionSettings, train_on_boxes
from salience.tasks.detection_item import DetectionItem
from salience.tasks.loading import load_task
from salience.v1.images_pb2 import Detection

SAMPLE = Path(__file__).parents[2] / "data" / "bccd_test_sample.tar"
SMALL = DetectorSize(image_size=64, width=32, num_encoder_layers=1, num_decoder_layers=2)


def picture() -> bytes:
    with tarfile.open(SAMPLE) as files:
        [first, *_] = [name for name in files.getnames() if name.endswith(".jpg")]
        content = files.extractfile(first)
        assert content is not None
        return content.read()


@pytest.mark.parametrize(
    "recipe", [blood_cells.SETTINGS, blood_cells_without_attention.SETTINGS], ids=lambda s: s.kind
)
def test_a_run_resumes_and_its_model_answers_with_boxes_in_the_image(
    recipe: DetectionSettings, tmp_path: Path
) -> None:
    settings = replace(recipe, size=SMALL, batch_size=2)
    for steps in (1, 2):
        train_on_boxes(SAMPLE, tmp_path, settings, steps=steps)

    task = load_task(tmp_path)
    attends = settings.kind == "transformer"
    [found] = task.answer([DetectionItem(picture(), min_score=0.0, explain=attends)])

    assert torch.load(tmp_path / "checkpoint.pt", weights_only=True)["step"] == 2
    assert list(task.model.labels) == ["Platelets", "RBC", "WBC"]
    assert isinstance(found, Detection)
    assert task.model.explains == attends
    assert (found.width, found.height) == (640, 480)
    assert 0 < len(found.objects) <= 100
    for one in found.objects:
        assert -0.01 <= one.left <= one.left + one.width <= 640.01
        assert -0.01 <= one.top <= one.top + one.height <= 480.01
        if attends:
            assert (one.attention.rows, one.attention.columns) == (4, 4)
            assert sum(one.attention.weights) == pytest.approx(1, abs=1e-4)
        else:
            assert not one.HasField("attention")


def test_the_task_is_made_of_the_best_and_reports_what_is_no_picture(tmp_path: Path) -> None:
    settings = replace(blood_cells.SETTINGS, size=SMALL, batch_size=2)
    train_on_boxes(SAMPLE, tmp_path, settings, steps=1)
    task = load_task(tmp_path)

    broken, good = task.answer([b"no picture", picture()])

    assert "JPEG" in str(broken)
    assert isinstance(good, Detection)
    assert all(one.score >= 0.5 for one in good.objects)
