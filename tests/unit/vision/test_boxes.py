import numpy as np
import pytest

from salience.vision.boxes import overlaps, strongest

BOXES = np.array([[0, 0, 2, 2], [1, 0, 3, 2], [5, 5, 6, 6]], dtype=float)


def test_boxes_overlap_by_what_they_share_of_what_they_cover() -> None:
    assert overlaps(BOXES, BOXES) == pytest.approx(
        np.array([[1, 1 / 3, 0], [1 / 3, 1, 0], [0, 0, 1]])
    )


def test_only_the_best_of_boxes_that_overlap_is_kept() -> None:
    scores = np.array([0.5, 0.9, 0.7])

    assert strongest(BOXES, scores, most_overlap=0.3) == [1, 2]
    assert strongest(BOXES, scores, most_overlap=1.0) == [1, 2, 0]
