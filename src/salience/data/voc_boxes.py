"""Pictures with boxes around what they show, in the layout of Pascal VOC, in a tar archive."""

import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from xml.etree import ElementTree

from salience.errors import InvalidInput


class LabelledBox(NamedTuple):
    """What is in a box, and its edges, in pixels."""

    label: str
    left: float
    top: float
    right: float
    bottom: float


class BoxedImage(NamedTuple):
    """The bytes of a picture's file, and what is in it."""

    content: bytes
    boxes: tuple[LabelledBox, ...]
    name: str


class BoxedImages:
    """The pictures that `ImageSets/Main/<part>.txt` of the archive names; all are in memory."""

    def __init__(self, archive: Path, part: str) -> None:
        with tarfile.open(archive) as files:
            contents = {PurePosixPath(m.name): _content(files, m) for m in files if m.isfile()}
        lists = [name for name in contents if name.parts[-2:] == ("Main", f"{part}.txt")]
        if not lists:
            raise InvalidInput(f"{archive.name} has no list of pictures {part}.txt")
        root = lists[0].parents[2]
        self._images = [
            BoxedImage(
                contents[root / "JPEGImages" / f"{name}.jpg"],
                tuple(_boxes(contents[root / "Annotations" / f"{name}.xml"])),
                name,
            )
            for name in contents[lists[0]].decode().split()
        ]

    def __len__(self) -> int:
        return len(self._images)

    def __iter__(self) -> Iterator[BoxedImage]:
        return iter(self._images)


def _content(files: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    content = files.extractfile(member)
    assert content is not None
    return content.read()


def _boxes(annotation: bytes) -> Iterator[LabelledBox]:
    for found in ElementTree.fromstring(annotation).iter("object"):
        edges = (float(_text(found, f"bndbox/{edge}")) for edge in ("xmin", "ymin", "xmax", "ymax"))
        yield LabelledBox(_text(found, "name"), *edges)


def _text(element: ElementTree.Element, path: str) -> str:
    text = element.findtext(path)
    if text is None:
        raise InvalidInput(f"an annotation lacks {path}")
    return text
