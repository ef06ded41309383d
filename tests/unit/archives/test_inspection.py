import zipfile
from pathlib import Path

import pytest

from salience.archives import build_archive, inspect_archive, verify_archive
from salience.worker.provenance import UnsupportedArchive
from tests.unit.archives.model_folders import write_model_folder


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return build_archive(write_model_folder(tmp_path / "tiny"), tmp_path)


def with_changed_file(archive: Path, name: str, data: bytes) -> Path:
    """A copy of an archive in which one file has other content."""
    changed = archive.with_name("changed.mar")
    with zipfile.ZipFile(archive) as before, zipfile.ZipFile(changed, "w") as after:
        for entry in before.infolist():
            after.writestr(entry, data if entry.filename == name else before.read(entry))
    return changed


def test_an_archive_as_it_was_built_verifies(archive: Path) -> None:
    assert verify_archive(archive) == inspect_archive(archive)


def test_an_archive_with_changed_weights_does_not_verify(archive: Path) -> None:
    changed = with_changed_file(archive, "weights.safetensors", b"other")

    with pytest.raises(UnsupportedArchive, match=r"weights\.safetensors"):
        verify_archive(changed)


def test_an_archive_without_provenance_is_none_of_ours(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.mar"
    with zipfile.ZipFile(foreign, "w") as files:
        files.writestr("MAR-INF/MANIFEST.json", '{"model": {}}')

    with pytest.raises(UnsupportedArchive, match=r"foreign\.mar"):
        inspect_archive(foreign)


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.mar").write_text("text")

    with pytest.raises(UnsupportedArchive, match=r"text\.mar"):
        verify_archive(tmp_path / "text.mar")
