"""A folder of images, one subfolder a class, divided to train a classifier and to judge it.

- divided already: `train/dress/1.jpg`, `validation/dress/2.jpg`, `test/dress/3.jpg`
- or not: `dress/1.jpg`; then a tenth of each class is for validation and a tenth for the test,
  always the same, whatever else the folder holds
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from salience.data.labelled_images import SUFFIXES
from salience.errors import InvalidInput

TRAIN, TEST = "train", "test"
NAMES_OF_VALIDATION = ("validation", "dev", "val", "valid")
TENTH = 10


class ImageFile(NamedTuple):
    """An image and the class that its folder names."""

    path: Path
    label: str


class ImageParts(NamedTuple):
    """The images that a classifier learns from, is chosen by, and is judged by."""

    train: Sequence[ImageFile]
    validation: Sequence[ImageFile]
    test: Sequence[ImageFile]

    @property
    def labels(self) -> list[str]:
        """Every class that can be learned, in alphabetical order."""
        return sorted({image.label for image in self.train})


def read_image_folder(folder: Path) -> ImageParts:
    """The parts of a folder. Raises InvalidInput unless there are two classes to learn."""
    parts = _divided_folder(folder) if (folder / TRAIN).is_dir() else _whole_folder(folder)
    _check(parts, folder)
    return parts


def _divided_folder(folder: Path) -> ImageParts:
    train, test = _images(folder / TRAIN), _images(folder / TEST)
    for name in NAMES_OF_VALIDATION:
        if (folder / name).is_dir():
            return ImageParts(train, _images(folder / name), test)
    validation, rest = _divided(train)
    return ImageParts(rest, validation, test)


def _whole_folder(folder: Path) -> ImageParts:
    test, others = _divided(_images(folder))
    validation, train = _divided(others)
    return ImageParts(train, validation, test)


def _images(folder: Path) -> list[ImageFile]:
    return [
        ImageFile(file, file.parent.name)
        for file in sorted(folder.glob("*/*"))
        if file.suffix.lower() in SUFFIXES
    ]


def _divided(images: Sequence[ImageFile]) -> tuple[list[ImageFile], list[ImageFile]]:
    """A tenth of each class, rounded up where it leaves another; and the rest."""
    chosen: set[Path] = set()
    for label in {image.label for image in images}:
        paths = sorted((i.path for i in images if i.label == label), key=_lot)
        num_chosen = min(-(-len(paths) // TENTH), len(paths) - 1)
        chosen.update(paths[:num_chosen])
    return (
        [image for image in images if image.path in chosen],
        [image for image in images if image.path not in chosen],
    )


def _lot(path: Path) -> str:
    """A random order that depends on nothing but the class and the name."""
    return hashlib.sha256(f"{path.parent.name}/{path.name}".encode()).hexdigest()


def _check(parts: ImageParts, folder: Path) -> None:
    if len(parts.labels) < 2:
        raise InvalidInput(f"{folder} holds no two folders with images, one for each class")
    unknown = {image.label for image in (*parts.validation, *parts.test)} - {*parts.labels}
    if unknown:
        raise InvalidInput(f"no image to learn from is of {', '.join(sorted(unknown))}")
