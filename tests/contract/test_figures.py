"""The figures of the documents are small, and those about attention show what its code does."""

import base64
import io
import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from figures.drawing import every_figure, write

DOCS = Path(__file__).parents[2] / "docs"
MOST_BYTES = 60_000
PICTURE = re.compile(r"data:image/png;base64,\s*([^\"]+)")
HASH = re.compile(r"[0-9a-f]{10}\b")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
MOST_POINTS = 0.1
"""How far a line may lie from where another machine draws it."""
MOST_LEVELS = 8
"""How much of 255 a pixel may differ: the neighbouring colour of the scale."""


def pixels(encoded: str) -> NDArray[np.int16]:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded))), dtype=np.int16)


def pictures_of(svg: str) -> NDArray[np.int16]:
    """The pixels of all, in a row."""
    pictures = [pixels(encoded).ravel() for encoded in PICTURE.findall(svg)]
    return np.concatenate([np.empty(0, dtype=np.int16), *pictures])


def lines_of(svg: str) -> tuple[str, list[float]]:
    """What is drawn and written without its numbers, and those."""
    text = HASH.sub("", PICTURE.sub("", svg))
    return NUMBER.sub("", text), [float(number) for number in NUMBER.findall(text)]


@pytest.mark.parametrize("name", every_figure())
def test_a_figure_is_drawn_and_small(name: str) -> None:
    folder, _, stem = name.rpartition(".")

    assert (DOCS / folder / "figures" / f"{stem}.svg").stat().st_size < MOST_BYTES


@pytest.mark.parametrize("name", [one for one in every_figure() if one.startswith("attention.")])
def test_a_figure_about_attention_is_as_it_is_drawn_now(name: str, tmp_path: Path) -> None:
    """Otherwise: `make figures`."""
    again = write(name, tmp_path)
    kept, drawn = (
        (folder / again.relative_to(tmp_path)).read_text() for folder in (DOCS, tmp_path)
    )

    (shapes, numbers), (shapes_now, numbers_now) = lines_of(kept), lines_of(drawn)

    assert shapes == shapes_now
    np.testing.assert_allclose(numbers, numbers_now, rtol=0, atol=MOST_POINTS)
    np.testing.assert_allclose(pictures_of(kept), pictures_of(drawn), rtol=0, atol=MOST_LEVELS)
