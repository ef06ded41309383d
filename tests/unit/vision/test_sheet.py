from io import BytesIO

import numpy as np
from PIL import Image

from salience.v1.images_pb2 import AttentionMap, GeneratedImage
from salience.vision.sheet import GAP, SCALE, sheet


def picture(colour: int, *, attention: AttentionMap | None = None) -> GeneratedImage:
    content = BytesIO()
    Image.new("RGB", (2, 2), (colour, 0, 0)).save(content, "PNG")
    return GeneratedImage(png=content.getvalue(), width=2, height=2, attention=attention)


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(png)))


def test_pictures_lie_row_by_row_on_white() -> None:
    drawn = pixels(sheet([picture(colour) for colour in (10, 20, 30)]))

    step = 2 * SCALE + GAP
    assert drawn.shape == (2 * step + GAP, 2 * step + GAP, 3)
    places = [(GAP, GAP), (GAP, GAP + step), (GAP + step, GAP), (GAP + step, GAP + step)]
    assert [int(drawn[place][0]) for place in places] == [10, 20, 30, 255]
    assert (drawn[0] == 255).all()


def test_what_was_looked_at_is_drawn_beside_its_picture() -> None:
    looked = AttentionMap(rows=2, columns=2, weights=[0.1, 0.1, 0.1, 0.7], width=2, height=2)
    drawn = pixels(sheet([picture(10, attention=looked)]))

    beside = drawn[GAP:-GAP, GAP + 2 * SCALE : -GAP]
    assert beside.shape == (2 * SCALE, 2 * SCALE, 3)
    assert beside[0, 0].tolist() == [0, 0, 0]
    assert beside[-1, -1].tolist() == [255, 255, 255]


def test_a_place_that_draws_most_leaves_the_others_seen() -> None:
    weights = [0.9, *np.linspace(0, 0.1, 99)]
    looked = AttentionMap(rows=10, columns=10, weights=weights, width=2, height=2)
    image = Image.new("RGB", (10, 10))
    content = BytesIO()
    image.save(content, "PNG")
    square = GeneratedImage(png=content.getvalue(), width=10, height=10, attention=looked)

    drawn = pixels(sheet([square]))[GAP:-GAP, GAP + 10 * SCALE : -GAP]

    assert drawn[0, 0].tolist() == [255, 255, 255]
    assert 120 < int(drawn[5 * SCALE, 0, 0]) < 136
