"""Average precision against what can be counted by hand, and against its definition."""

import numpy as np
import pytest

from salience.data.voc_boxes import BoxedImage, LabelledBox
from salience.evaluation.object_detection import EvaluateObjectDetection, average_precision
from salience.v1.images_pb2 import DetectedObject, Detection

CELLS = BoxedImage(
    b"", (LabelledBox("red", 0, 0, 10, 10), LabelledBox("white", 20, 20, 40, 40)), "cells"
)


def found(label: str, score: float, left: float, side: float) -> DetectedObject:
    return DetectedObject(label=label, score=score, left=left, top=left, width=side, height=side)


def map50(*objects: DetectedObject) -> float:
    evaluation = EvaluateObjectDetection()
    judged = [evaluation.judge(CELLS, Detection(objects=objects))]
    return evaluation.measure(judged)["map50"].value


def test_what_is_found_exactly_is_all_right() -> None:
    assert map50(found("red", 0.9, 0, 10), found("white", 0.4, 20, 20)) == 100


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        ([], 0),
        ([found("white", 0.9, 0, 10)], 0),  # the wrong label
        ([found("red", 0.9, 0, 10), found("red", 0.8, 0, 10)], 50),  # twice, and no white one
        ([found("red", 0.9, 50, 10), found("red", 0.8, 0, 10)], 25),  # a wrong one before
        ([found("red", 0.9, 0, 6)], 0),  # 36 of 100 shared
        ([found("red", 0.9, 0, 8)], 50),  # 64 of 100 shared
    ],
)
def test_what_is_wrong_costs(objects: list[DetectedObject], expected: float) -> None:
    assert map50(*objects) == pytest.approx(expected)


def test_an_error_finds_nothing() -> None:
    evaluation = EvaluateObjectDetection()

    assert evaluation.measure([evaluation.judge(CELLS, None)])["map50"].value == 0


def test_average_precision_is_the_area_under_the_highest_precision_at_each_recall() -> None:
    generator = np.random.default_rng(0)
    for _ in range(20):
        rights = generator.random(12) < 0.5
        number = int(rights.sum()) + 2
        area = 0.0
        for rank in np.flatnonzero(rights):  # by definition, one recall after another
            later = range(rank, len(rights))
            area += max(rights[: end + 1].mean() for end in later) / number
        pairs = [(1 - place / 100, bool(right)) for place, right in enumerate(rights)]

        generator.shuffle(pairs)
        assert average_precision([(s, bool(r)) for s, r in pairs], number) == pytest.approx(area)
