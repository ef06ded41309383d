from collections.abc import Iterator
from io import BytesIO
from itertools import islice

import numpy as np
import torch
from PIL import Image

from salience.data.labelled_images import LabelledImage
from salience.training.small_pictures import (
    GREY,
    MOST_MOVED,
    PictureBatch,
    SmallPictures,
    moved,
    partly_hidden,
)


def pictures(number: int = 8) -> SmallPictures:
    generator = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (number, 12, 12, 3), dtype=torch.uint8, generator=generator)
    return SmallPictures(pixels, torch.arange(number), [str(n) for n in range(number)])


def batches(of: SmallPictures, start: int = 0) -> Iterator[PictureBatch]:
    return of.batches(batch_size=4, seed=1, start=start)


def test_an_epoch_shows_every_picture_once() -> None:
    first, second = islice(batches(pictures()), 2)

    assert sorted(torch.cat([first.classes, second.classes]).tolist()) == list(range(8))


def test_batches_go_on_where_a_run_stopped() -> None:
    third = next(islice(batches(pictures()), 2, None))
    resumed = next(batches(pictures(), start=2))

    assert resumed.pixels.equal(third.pixels)
    assert resumed.classes.equal(third.classes)


def test_two_epochs_show_both_sides_of_a_picture() -> None:
    striped = pictures()
    striped.pixels[:] = torch.arange(0, 120, 10)[None, None, :, None]
    shown = islice(batches(striped), 4)
    left_is_dark = [
        (number, bool(picture[:, 0].median() < picture[:, -1].median()))
        for batch in shown
        for number, picture in zip(batch.classes.tolist(), batch.pixels, strict=True)
    ]

    assert sorted(left_is_dark) == [(n, side) for n in range(8) for side in (False, True)]


def test_what_moves_in_mirrors_what_is_there() -> None:
    one = torch.arange(36, dtype=torch.uint8).reshape(1, 6, 6, 1).expand(1, 6, 6, 3)
    mirrored = np.pad(one[0].numpy(), [(MOST_MOVED,) * 2, (MOST_MOVED,) * 2, (0, 0)], "reflect")
    cuts = [mirrored[row : row + 6, column : column + 6] for row in range(7) for column in range(7)]

    for seed in range(20):
        [found] = moved(one, np.random.default_rng(seed)).numpy()
        assert any((found == cut).all() for cut in cuts)


def test_a_square_of_a_fourth_of_the_side_is_hidden_and_nothing_else() -> None:
    black = torch.zeros(64, 16, 16, 3, dtype=torch.uint8)

    shown = partly_hidden(black, np.random.default_rng(0))

    grey = (shown == GREY).all(dim=3)
    assert ((shown == 0).all(dim=3) | grey).all()
    inside = grey[grey.sum(dim=(1, 2)) == 16]
    assert len(inside) > 32
    assert (inside.any(dim=1).sum(dim=1) == 4).all()
    assert (inside.any(dim=2).sum(dim=1) == 4).all()
    assert len({tuple(one.nonzero()[0].tolist()) for one in inside}) > 16


def test_pictures_are_decoded_with_their_classes() -> None:
    files = []
    for label, colour in (("red", (250, 0, 0)), ("blue", (0, 0, 250))):
        content = BytesIO()
        Image.new("RGB", (2, 2), colour).save(content, "PNG")
        files.append(LabelledImage(content.getvalue(), label, f"{label}.png"))

    decoded = SmallPictures.decoded(files)

    assert decoded.labels == ["blue", "red"]
    assert decoded.classes.tolist() == [1, 0]
    assert decoded.pixels[0, 0, 0].tolist() == [250, 0, 0]
