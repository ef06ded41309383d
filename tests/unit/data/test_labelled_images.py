"""Pictures of a folder or an archive, with their classes."""

from pathlib import Path, PurePosixPath

import pytest

from salience.data.labelled_images import LabelledImages, label_of
from salience.errors import InvalidInput
from tests.unit.evaluation.files import packed

MEMBERS = {"dress/b.jpg": b"b", "dress/a.JPEG": b"a", "hat/c.webp": b"c", "hat/notes.txt": b""}


def unpacked(folder: Path, members: dict[str, bytes]) -> Path:
    for name, content in members.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("make", ["folder", "tar", "tar.xz"])
def test_the_folder_of_a_picture_is_its_class(make: str, tmp_path: Path) -> None:
    path = tmp_path / f"pictures.{make}"
    path = unpacked(path, MEMBERS) if make == "folder" else packed(path, MEMBERS)

    images = LabelledImages(path, "test")

    assert len(images) == 3
    assert {(image.label, image.content) for image in images} == {
        ("dress", b"a"),
        ("dress", b"b"),
        ("hat", b"c"),
    }


def test_only_the_pictures_of_the_part_are_read(tmp_path: Path) -> None:
    members = {"train/hat/1.jpg": b"1", "test/hat/2.jpg": b"2", "test/dress/3.jpg": b"3"}
    archive = packed(tmp_path / "a.tar", members)

    assert [image.name for image in LabelledImages(archive, "test")] == [
        "test/hat/2.jpg",
        "test/dress/3.jpg",
    ]
    with pytest.raises(InvalidInput, match="holds no pictures of dev"):
        LabelledImages(archive, "dev")


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("n01558993_robin.JPEG", "American robin"),
        ("n01558993/ILSVRC2012_val_00003014.JPEG", "American robin"),
        ("test/n01558993/1.png", "American robin"),
        ("n99999999_griffin_vulture.jpg", "griffin vulture"),
        ("n015589930/1.jpg", "n015589930"),
    ],
)
def test_a_wordnet_number_stands_for_its_class(name: str, label: str) -> None:
    assert label_of(PurePosixPath(name)) == label


def test_a_picture_without_a_class_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"holiday\.jpg lies in no folder"):
        label_of(PurePosixPath("holiday.jpg"))
