import stat
import zipfile
from pathlib import Path

import pytest

from salience.worker.archive_check import MANIFEST, check_archive
from salience.worker.provenance import UnsupportedArchive
from tests.unit.worker.archives import write_archive


def test_an_archive_as_it_was_built_tells_its_model(tmp_path: Path) -> None:
    assert check_archive(write_archive(tmp_path / "a.mar", "entities-en")) == "entities-en"


@pytest.mark.parametrize("name", ["handler.py", "weights.safetensors"])
def test_a_changed_file_is_refused(tmp_path: Path, name: str) -> None:
    archive = write_archive(tmp_path / "a.mar", "entities-en", changed={name: b"other"})

    with pytest.raises(UnsupportedArchive, match=f"{name} is not the file that was archived"):
        check_archive(archive)


def test_a_file_that_came_later_is_refused(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "a.mar", "entities-en", changed={"torch.py": b"import os"})

    with pytest.raises(UnsupportedArchive, match=r"'torch\.py' was not there"):
        check_archive(archive)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "a.mar", "entities-en", left_out="weights.safetensors")

    with pytest.raises(UnsupportedArchive, match="incomplete"):
        check_archive(archive)


@pytest.mark.parametrize("place", ["../../etc/cron.d/job", "/etc/passwd", "a\\..\\b"])
def test_a_file_that_would_be_unpacked_elsewhere_is_refused(tmp_path: Path, place: str) -> None:
    archive = write_archive(tmp_path / "a.mar", "entities-en", changed={place: b"*"})

    with pytest.raises(UnsupportedArchive, match="unpacked elsewhere"):
        check_archive(archive)


def test_a_link_is_refused(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "a.mar", "entities-en")
    link = zipfile.ZipInfo("weights.safetensors.old")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(archive, "a") as files:
        files.writestr(link, "/etc/passwd")

    with pytest.raises(UnsupportedArchive, match="unpacked elsewhere"):
        check_archive(archive)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "a.mar", "entities-en")
    with zipfile.ZipFile(archive, "a") as files:
        files.writestr("handler.py", "import os")

    with pytest.raises(UnsupportedArchive, match="twice"):
        check_archive(archive)


def test_a_handler_from_outside_is_refused(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "a.mar", "entities-en", handler="image_classifier")

    with pytest.raises(UnsupportedArchive, match="the handler image_classifier"):
        check_archive(archive)


@pytest.mark.parametrize("content", [b"", b"PK", b"no archive"])
def test_what_is_no_archive_is_refused_by_its_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.mar").write_bytes(content)

    with pytest.raises(UnsupportedArchive, match=r"^a\.mar is not an archive of this project$"):
        check_archive(tmp_path / "a.mar")


def with_bytes(archive: Path, offset: int, replacement: bytes) -> Path:
    content = bytearray(archive.read_bytes())
    content[offset : offset + len(replacement)] = replacement
    archive.write_bytes(content)
    return archive


@pytest.mark.parametrize(
    ("offset", "replacement"),
    [(8, b"\x01\x00"), (10, b"\x63\x00")],
    ids=["encrypted", "compressed by an unknown method"],
)
def test_an_entry_that_cannot_be_read_makes_it_no_archive(
    tmp_path: Path, offset: int, replacement: bytes
) -> None:
    archive = write_archive(tmp_path / "a.mar", "entities-en")
    directory = archive.read_bytes().rfind(b"PK\x01\x02")

    with pytest.raises(UnsupportedArchive, match="is not an archive of this project"):
        check_archive(with_bytes(archive, directory + offset, replacement))


def test_damage_in_what_is_compressed_makes_it_no_archive(tmp_path: Path) -> None:
    archive = tmp_path / "a.mar"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr(MANIFEST, "{}")

    with pytest.raises(UnsupportedArchive, match="is not an archive of this project"):
        check_archive(with_bytes(archive, 30 + len(MANIFEST), b"\xff"))


def test_an_archive_that_changes_is_looked_at_again(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "a.mar", "entities-en")
    check_archive(archive)

    write_archive(archive, "entities-en", changed={"handler.py": b"class Hamster: ..."})

    with pytest.raises(UnsupportedArchive):
        check_archive(archive)
