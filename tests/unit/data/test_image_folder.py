from pathlib import Path

import pytest

from salience.data.image_folder import ImageParts, read_image_folder
from salience.errors import InvalidInput


def make(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    return folder


def names(parts: ImageParts, folder: Path) -> list[set[str]]:
    return [{image.path.relative_to(folder).as_posix() for image in part} for part in parts]


@pytest.mark.parametrize("validation", ["validation", "dev", "val", "valid"])
def test_a_divided_folder_is_read_as_it_is(tmp_path: Path, validation: str) -> None:
    held_out = f"{validation}/cat/3.png"
    make(tmp_path, "train/cat/1.JPG", "train/dog/2.webp", held_out, "test/dog/4.tif", "notes.txt")

    parts = read_image_folder(tmp_path)

    train, held, test = names(parts, tmp_path)
    assert (train, held, test) == (
        {"train/cat/1.JPG", "train/dog/2.webp"},
        {held_out},
        {"test/dog/4.tif"},
    )
    assert parts.labels == ["cat", "dog"]


def test_a_plain_folder_is_divided_by_class_and_always_alike(tmp_path: Path) -> None:
    files = [f"{label}/{number}.jpg" for label in ("cat", "dog") for number in range(30)]
    parts = read_image_folder(make(tmp_path, *files))
    before = names(parts, tmp_path)

    after = names(read_image_folder(make(tmp_path, "bird/1.jpg", "bird/2.jpg")), tmp_path)

    train, validation, test = before
    assert train | validation | test == set(files)
    assert (len(train), len(validation), len(test)) == (48, 6, 6)
    assert {name.split("/")[0] for name in test} == {"cat", "dog"}
    for part_before, part_after in zip(before, after, strict=True):
        assert part_before == {name for name in part_after if "bird" not in name}


def test_what_has_no_part_for_validation_gives_some_of_its_training_images(tmp_path: Path) -> None:
    make(tmp_path, *(f"train/{label}/{n}.jpg" for label in "ab" for n in range(10)))

    parts = read_image_folder(make(tmp_path, "test/a/1.jpg"))

    assert [len(part) for part in parts] == [18, 2, 1]


def test_a_class_keeps_an_image_to_learn_from(tmp_path: Path) -> None:
    parts = read_image_folder(make(tmp_path, "cat/1.jpg", "dog/1.jpg", "dog/2.jpg"))

    assert parts.labels == ["cat", "dog"]
    assert len(parts.train) >= 2


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (["cat/1.jpg"], "no two folders"),
        (["1.jpg", "2.jpg"], "no two folders"),
        (["train/cat/1.jpg", "train/dog/1.jpg", "test/fish/1.jpg"], "fish"),
    ],
)
def test_a_folder_to_learn_nothing_from_is_refused(
    tmp_path: Path, files: list[str], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        read_image_folder(make(tmp_path, *files))
