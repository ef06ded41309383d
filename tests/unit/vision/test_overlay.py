import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from salience.vision.overlay import overlay_png

PICTURE = np.full((8, 12, 3), (0, 200, 40), dtype=np.uint8)


def laid_over(weights: list[list[float]]) -> NDArray[np.int64]:
    content = overlay_png(PICTURE, np.array(weights, dtype=np.float32))
    return np.asarray(Image.open(io.BytesIO(content), formats=["PNG"])).astype(np.int64)


def test_it_is_as_large_as_the_picture_and_warm_where_the_weight_is() -> None:
    mixed = laid_over([[0, 0.9], [0, 0.1]])

    warmth = mixed[..., 0] - mixed[..., 2]
    assert mixed.shape == PICTURE.shape
    assert warmth[0, 0] == warmth[-1, 0] == 0
    assert warmth[0, -1] > warmth[-1, -1] > 0


def test_no_weight_at_all_leaves_a_grey_picture() -> None:
    mixed = laid_over([[0, 0], [0, 0]])

    assert (mixed == mixed[..., :1]).all()
