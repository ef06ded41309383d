from pathlib import Path

import numpy as np
import pytest

from salience.data.emoji import EmojiPictures
from salience.errors import InvalidInput


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A picture that is transparent but for an opaque black and a half opaque red pixel."""
    pixels = np.zeros((2, 4, 4, 4), np.uint8)
    pixels[1, 0, 0] = 0, 0, 0, 255
    pixels[1, 3, 3] = 255, 0, 0, 128
    file = tmp_path / "pictures.npz"
    categories = np.array(["Flags", "People"])
    np.savez(file, images=pixels, category=np.array([0, 1]), categories=categories)
    return file


def test_a_category_is_read_on_white_at_half_its_size(archive: Path) -> None:
    pictures = EmojiPictures(archive, "People")

    [picture] = list(pictures)
    assert len(pictures) == 1
    assert picture.tolist() == [
        [[191, 191, 191], [255, 255, 255]],
        [[255, 255, 255], [255, 223, 223]],
    ]


def test_a_category_that_is_not_there_is_refused_with_those_that_are(archive: Path) -> None:
    with pytest.raises(InvalidInput, match="Flags"):
        EmojiPictures(archive, "Food")
