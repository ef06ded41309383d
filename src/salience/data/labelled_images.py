"""Pictures with what they show: a folder, or a tar archive, in one of two layouts.

- a folder for each class: `dress/1.jpg`, also below the part's name: `test/dress/1.jpg`
- file names that begin with the class's WordNet number: `n01484850_great_white_shark.jpg`
"""

import re
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from salience.data.text_files import is_archive
from salience.errors import InvalidInput

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"}
WORDNET_NUMBER = re.compile(r"n\d{8}(?!\d)")


class LabelledImage(NamedTuple):
    """The bytes of a picture's file, its class, and where it was found."""

    content: bytes
    label: str
    name: str


class LabelledImages:
    """The pictures of a part of a folder or archive by name; one at a time is in memory."""

    def __init__(self, path: Path, part: str) -> None:
        self._path = path
        self._names = _of_part(part, sorted(_names(path)))
        if not self._names:
            raise InvalidInput(f"{path.name} holds no pictures of {part}")

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[LabelledImage]:
        for name, content in self._contents():
            yield LabelledImage(content, label_of(name), str(name))

    def _contents(self) -> Iterator[tuple[PurePosixPath, bytes]]:
        if self._path.is_dir():
            for name in self._names:
                yield name, (self._path / name).read_bytes()
        else:
            yield from self._members()

    def _members(self) -> Iterator[tuple[PurePosixPath, bytes]]:
        """In the archive's own order: an archive is read from its beginning to its end."""
        wanted = set(self._names)
        with tarfile.open(self._path) as archive:
            for member in archive:
                name = PurePosixPath(member.name)
                content = archive.extractfile(member) if name in wanted else None
                if content is not None:
                    yield name, content.read()


def label_of(name: PurePosixPath) -> str:
    """The class that a picture's path tells; of a WordNet number, ImageNet's name for it."""
    if WORDNET_NUMBER.match(name.name):
        return _wordnet_label(name.stem)
    if len(name.parts) < 2:
        raise InvalidInput(f"{name} lies in no folder that is named after its class")
    return _wordnet_label(name.parent.name)


def _wordnet_label(name: str) -> str:
    described = WORDNET_NUMBER.match(name)
    if not described:
        return name
    from salience.data.imagenet_labels import imagenet_label_of

    words = name[described.end() :].replace("_", " ").strip()
    return imagenet_label_of(described[0]) or words or name


def _of_part(part: str, names: list[PurePosixPath]) -> list[PurePosixPath]:
    """Without a folder for each part, every picture is of any part."""
    if all(len(name.parts) > 2 for name in names):
        return [name for name in names if name.parts[0] == part]
    return names


def _names(path: Path) -> Iterator[PurePosixPath]:
    if path.is_dir():
        files = (PurePosixPath(file.relative_to(path).as_posix()) for file in path.rglob("*"))
    elif is_archive(path):
        with tarfile.open(path) as archive:
            files = (PurePosixPath(member.name) for member in archive.getmembers())
    else:
        raise InvalidInput(f"{path.name} is neither a folder nor a tar archive")
    return (name for name in files if name.suffix.lower() in SUFFIXES)
