import numpy as np
from PIL import Image

from salience.training.boxed_batches import BoxedPicture, boxed_batches, random_view

SIDE = 64


def marked() -> BoxedPicture:
    """Black, with one white box."""
    pixels = np.zeros((120, 160, 3), np.uint8)
    pixels[36:60, 80:112] = 255
    return BoxedPicture(Image.fromarray(pixels), np.array([[0.5, 0.3, 0.7, 0.5]]), np.array([1]))


def test_boxes_stay_around_what_they_show_in_every_view() -> None:
    for seed in range(20):
        pixels, edges, labels = random_view(marked(), SIDE, np.random.default_rng(seed))
        if not len(edges):
            continue
        rows, columns = np.nonzero(pixels[..., 0] > 100)
        shown = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]) / SIDE

        assert labels.tolist() == [1]
        assert np.abs(edges[0] - shown).max() < 0.05


def test_batches_go_on_from_any_step() -> None:
    def batches(start: int) -> list[float]:
        made = boxed_batches([marked()] * 5, side=32, batch_size=2, seed=1, start=start)
        return [next(made).pixels.float().mean().item() for _ in range(4)]

    assert batches(0)[2:] == batches(2)[:2]
