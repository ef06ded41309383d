import pytest

from loadtests.box_attention import judged
from salience.v1.images_pb2 import AttentionMap, DetectedObject, Detection


def test_the_attention_in_a_box_is_that_of_the_places_whose_middle_it_covers() -> None:
    """The map has 2 by 4 places of 10 by 10 pixels; the box covers two middles."""
    looked_at = AttentionMap(rows=2, columns=4, weights=[0, 0, 0, 0.2, 0.1, 0.3, 0.4, 0])
    found = DetectedObject(left=12, top=11, width=15, height=8, attention=looked_at)

    [looked] = judged(Detection(objects=[found], width=40, height=20))

    assert looked.inside == pytest.approx(0.7)
    assert looked.chance == pytest.approx(2 / 8)
