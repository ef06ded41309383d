import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from salience.vision.centre_crop import Box, CentreCrop, square
from salience.vision.decoding import Picture
from tests.unit.vision.image_files import halves

CROP = CentreCrop(224)


def picture(image: Image.Image) -> Picture:
    return Picture(image, *image.size)


def test_the_box_is_seven_eighths_of_the_shorter_side_in_the_middle() -> None:
    assert CROP.box(640, 480) == Box(110, 30, 420, 420)
    assert CROP.enough == 256


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_the_box_lies_in_the_image(width: int, height: int) -> None:
    box = CROP.box(width, height)

    assert box.left >= 0
    assert box.top >= 0
    assert 1 <= box.width <= width - box.left
    assert 1 <= box.height <= height - box.top


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (64, 48), (448, 448), (3000, 2000)])
def test_any_image_becomes_a_square_of_its_own_colours(size: tuple[int, int]) -> None:
    pixels = CROP.pixels(picture(Image.new("RGB", size, (10, 200, 30))))

    assert pixels.shape == (224, 224, 3)
    assert pixels.dtype == np.uint8
    assert np.abs(pixels.astype(int) - [10, 200, 30]).max() <= 1


@pytest.mark.parametrize("width", [300, 2400])
def test_left_stays_left(width: int) -> None:
    pixels = CROP.pixels(picture(halves(width, width)))

    assert (pixels[:, :100, 0] > 250).all()
    assert (pixels[:, 124:, 2] > 250).all()


def test_a_fine_pattern_becomes_grey_when_it_is_made_small() -> None:
    stripes = np.zeros((2240, 2240, 3), dtype=np.uint8)
    stripes[:, ::2] = 255

    pixels = square(Image.fromarray(stripes), Box(0, 0, 2240, 2240), 224)

    assert np.abs(pixels.astype(int) - 127).max() <= 2


def test_an_image_of_the_right_size_is_left_alone() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (224, 224, 3), dtype=np.uint8)

    pixels = square(Image.fromarray(noise), Box(0, 0, 224, 224), 224)

    np.testing.assert_array_equal(pixels, noise)
