from importlib.metadata import version
from pathlib import Path

import pytest

from salience.worker.provenance import FILE_NAME, Provenance, UnsupportedArchive, sha256_of


def provenance(folder: Path) -> Provenance:
    weights = folder / "fast" / "model.bin"
    weights.parent.mkdir()
    weights.write_bytes(b"weights")
    return Provenance(version("salience"), "unknown", {"fast/model.bin": sha256_of(weights)})


def test_an_archive_as_it_was_built_is_accepted(tmp_path: Path) -> None:
    provenance(tmp_path).check(tmp_path)


def test_a_changed_weight_file_is_refused_by_name(tmp_path: Path) -> None:
    built = provenance(tmp_path)
    (tmp_path / "fast" / "model.bin").write_bytes(b"Weights")

    with pytest.raises(UnsupportedArchive, match=r"fast/model\.bin"):
        built.check(tmp_path)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    built = provenance(tmp_path)
    (tmp_path / "fast" / "model.bin").unlink()

    with pytest.raises(UnsupportedArchive, match=r"fast/model\.bin is missing"):
        built.check(tmp_path)


@pytest.mark.parametrize(("built_by", "installed"), [("0.1.0", "0.1.9"), ("1.2", "1.2.3")])
def test_a_patch_release_is_compatible(built_by: str, installed: str) -> None:
    Provenance(built_by, "unknown", {}).check_version(installed)


@pytest.mark.parametrize(("built_by", "installed"), [("0.1.0", "0.2.0"), ("1.2.3", "2.2.3")])
def test_another_release_is_refused_with_both_versions(built_by: str, installed: str) -> None:
    with pytest.raises(UnsupportedArchive, match=f"{built_by}.*{installed}"):
        Provenance(built_by, "unknown", {}).check_version(installed)


def test_a_folder_without_provenance_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedArchive, match="salience archive"):
        Provenance.read(tmp_path)


@pytest.mark.parametrize("text", ["not json", "{}", '{"files": {}}'])
def test_a_provenance_that_cannot_be_read_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text)

    with pytest.raises(UnsupportedArchive):
        Provenance.read(tmp_path)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    built = provenance(tmp_path)
    (tmp_path / FILE_NAME).write_text(built.to_json())

    assert Provenance.read(tmp_path) == built
