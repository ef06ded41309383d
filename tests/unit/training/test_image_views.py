import numpy as np
import pytest
from PIL import Image

from salience.training.image_views import ViewVariety, random_view
from tests.unit.vision.image_files import halves

STILL = ViewVariety(least_area=1, stretch=1, light=0)


@pytest.mark.parametrize("size", [(1, 1), (2, 900), (300, 200)])
def test_a_view_is_a_square_of_the_asked_size(size: tuple[int, int]) -> None:
    generator = np.random.default_rng(0)

    views = [random_view(Image.new("RGB", size), 32, ViewVariety(), generator) for _ in range(20)]

    assert {view.shape for view in views} == {(32, 32, 3)}


def test_views_differ_and_a_seed_repeats_them() -> None:
    def views() -> list[bytes]:
        generator = np.random.default_rng(3)
        return [random_view(halves(), 16, ViewVariety(), generator).tobytes() for _ in range(10)]

    assert views() == views()
    assert len(set(views())) == 10


def test_without_variety_only_the_sides_are_exchanged() -> None:
    generator = np.random.default_rng(0)

    views = [random_view(halves(32, 32), 32, STILL, generator) for _ in range(30)]

    found = {tuple(view[16, 2].tolist()) for view in views}
    assert found == {(255, 0, 0), (0, 0, 255)}
