import stat
import zipfile
from pathlib import Path

import pytest

from salience.worker.archive_check import MANIFEST, SETTINGS, check_archive, unpack_archive
from salience.worker.provenance import FILE_NAME, UnsupportedArchive, sha256_of
from tests.unit.worker.archives import FILES, MODEL_CONFIG, write_archive


def test_an_archive_as_it_was_built_tells_its_model(tmp_path: Path) -> None:
    assert check_archive(write_archive(tmp_path / "a.mar", "entities-en")) == "entities-en"


@pytest.mark.parametrize("name", ["tiny_handler.py", "weights.safetensors"])
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


@pytest.mark.parametrize(
    "place", ["../../etc/cron.d/job", "../../evil/", "/etc/passwd", "a\\..\\b"]
)
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
        files.writestr("tiny_handler.py", "import os")

    with pytest.raises(UnsupportedArchive, match="twice"):
        check_archive(archive)


@pytest.mark.parametrize(
    "changed",
    [
        {"modelName": "translation-en-de"},
        {"handler": "image_classifier"},
        {"handler": "weights.safetensors"},
        {"requirementsFile": "weights.safetensors"},
    ],
    ids=str,
)
def test_a_manifest_that_does_not_follow_from_the_model_is_refused(
    tmp_path: Path, changed: dict[str, str]
) -> None:
    archive = write_archive(tmp_path / "a.mar", "entities-en", manifest=changed)

    with pytest.raises(UnsupportedArchive, match="its manifest is not that of the model in it"):
        check_archive(archive)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_the_directory_of_an_archive_hides_is_not_unpacked(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "a.mar", "entities-en")
    with zipfile.ZipFile(archive, "a") as files:
        files.writestr("torch.py", "import os")
        files.writestr("tiny_handler.py", "import os")
        del files.filelist[-2:]

    unpack_archive(archive, tmp_path / "a")

    found = [file for file in (tmp_path / "a").rglob("*") if file.is_file()]
    assert {str(file.relative_to(tmp_path / "a")) for file in found} == {
        *(MANIFEST, FILE_NAME, SETTINGS, MODEL_CONFIG, *FILES)
    }
    assert (tmp_path / "a" / "tiny_handler.py").read_bytes() == FILES["tiny_handler.py"]


def test_of_archives_that_are_trusted_by_their_digest_no_other_is_served(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "a.mar", "entities-en")
    trusted = frozenset([sha256_of(archive)])
    assert check_archive(archive, trusted) == "entities-en"
    unpack_archive(archive, tmp_path / "a", trusted)

    others = frozenset(["0" * 64])
    with pytest.raises(UnsupportedArchive, match=r"a\.mar: its SHA-256 is not listed"):
        check_archive(archive, others)
    with pytest.raises(UnsupportedArchive, match=r"a\.mar: its SHA-256 is not listed"):
        unpack_archive(archive, tmp_path / "a", others)


def test_nothing_is_unpacked_of_what_is_refused_and_nothing_stays_of_what_was_there(
    tmp_path: Path,
) -> None:
    archive = write_archive(tmp_path / "a.mar", "entities-en")
    unpack_archive(archive, tmp_path / "a")
    write_archive(archive, "entities-en", changed={"tiny_handler.py": b"import os"})

    with pytest.raises(UnsupportedArchive, match=r"tiny_handler\.py is not the file"):
        unpack_archive(archive, tmp_path / "a")

    assert not (tmp_path / "a").exists()


def test_an_archive_that_finds_no_place_is_refused_with_the_reason(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "a.mar", "entities-en")
    (tmp_path / "file").touch()

    with pytest.raises(UnsupportedArchive, match=r"a\.mar cannot be unpacked: Not a directory"):
        unpack_archive(archive, tmp_path / "file" / "a")


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

    write_archive(archive, "entities-en", changed={"tiny_handler.py": b"class Hamster: ..."})

    with pytest.raises(UnsupportedArchive):
        check_archive(archive)
