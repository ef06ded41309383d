"""What the loads call wrong of models, boxes, pictures and the Open Inference Protocol."""

import pytest

from loadtests.checks import WrongAnswer
from loadtests.other_checks import check_boxes, check_listed, check_painted, check_results
from salience.v1.images_pb2 import (
    DetectedObject,
    Detection,
    DetectObjectsReply,
    DetectObjectsResult,
    GeneratedImage,
    GenerateImagesReply,
    GenerateImagesResult,
)
from salience.v1.models_pb2 import Limits, Model, Task

MODEL = Model(name="m", task=Task.TASK_ENTITIES, limits=Limits(max_items=1))


def detected(*, left: float, width: float) -> DetectObjectsReply:
    box = DetectedObject(left=left, top=1, width=width, height=2)
    found = Detection(objects=[box], width=10, height=10)
    return DetectObjectsReply(results=[DetectObjectsResult(detection=found)])


def painted(content: bytes) -> GenerateImagesReply:
    result = GenerateImagesResult(image=GeneratedImage(png=content))
    return GenerateImagesReply(results=[result])


def test_right_answers_are_let_pass() -> None:
    check_listed([MODEL])
    check_results(['{"entities": {}}'], 1)
    check_boxes(detected(left=8, width=2.5), 1)
    check_painted(painted(b"\x89PNG..."), 1)


@pytest.mark.parametrize("models", [[], [Model(name="m", task=Task.TASK_ENTITIES)]])
def test_models_without_limits_are_no_list(models: list[Model]) -> None:
    with pytest.raises(WrongAnswer):
        check_listed(models)


@pytest.mark.parametrize("results", [[], ["{}", "{}"], ['{"error": {}}'], ["[]"]])
def test_results_that_failed_or_are_missing_are_wrong(results: list[str]) -> None:
    with pytest.raises(WrongAnswer):
        check_results(results, 1)


@pytest.mark.parametrize(("left", "width"), [(-3, 5), (8, 4), (5, -1)])
def test_a_box_that_leaves_its_image_is_wrong(left: float, width: float) -> None:
    with pytest.raises(WrongAnswer):
        check_boxes(detected(left=left, width=width), 1)


def test_what_is_no_picture_is_wrong() -> None:
    with pytest.raises(WrongAnswer):
        check_painted(painted(b"GIF89a"), 1)
    with pytest.raises(WrongAnswer):
        check_painted(GenerateImagesReply(), 1)
