import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from salience.archives import build_archive, inspect_archive, verify_archive
from tests.unit.archives.model_folders import SETTINGS, write_model_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_model_folder(tmp_path / "models" / "tiny")


def content(archive: Path, name: str) -> bytes:
    with zipfile.ZipFile(archive) as files:
        return files.read(name)


def test_an_archive_holds_the_handler_the_model_and_its_provenance(
    folder: Path, tmp_path: Path
) -> None:
    archive = build_archive(folder, tmp_path / "out")

    assert archive == tmp_path / "out" / "tiny-en-de.mar"
    assert set(inspect_archive(archive).file_sizes) == {
        "MAR-INF/MANIFEST.json",
        "README.md",
        "model-config.yaml",
        "model.json",
        "provenance.json",
        "subwords.model",
        "translation_handler.py",
        "weights.safetensors",
    }


def test_the_files_of_an_engine_keep_their_folder(folder: Path, tmp_path: Path) -> None:
    (folder / "pytorch" / "deep").mkdir(parents=True)
    (folder / "pytorch" / "deep" / "model.bin").write_bytes(b"derived")

    archive = build_archive(folder, tmp_path / "out")

    assert content(archive, "pytorch/deep/model.bin") == b"derived"


def test_other_engines_and_hidden_files_stay_out(folder: Path, tmp_path: Path) -> None:
    (folder / "other-int8").mkdir()
    (folder / "other-int8" / "model.bin").write_bytes(b"derived")
    (folder / ".partial").write_text("")

    names = set(inspect_archive(build_archive(folder, tmp_path / "out")).file_sizes)

    assert not {name for name in names if "other" in name or name.startswith(".")}


def test_every_file_is_in_the_provenance(folder: Path, tmp_path: Path) -> None:
    summary = inspect_archive(build_archive(folder, tmp_path / "out"))

    unlisted = set(summary.file_sizes) - set(summary.provenance.files)
    assert unlisted == {"MAR-INF/MANIFEST.json", "provenance.json"}


def test_the_worker_is_told_the_engine_and_its_threads(folder: Path, tmp_path: Path) -> None:
    archive = build_archive(folder, tmp_path / "out", threads=2)

    config = yaml.safe_load(content(archive, "model-config.yaml"))
    assert config["salience"] == {"engine": "pytorch", "threads": 2}
    assert config["batchSize"] == 8


def test_name_version_and_handler_are_in_the_manifest(folder: Path, tmp_path: Path) -> None:
    summary = inspect_archive(build_archive(folder, tmp_path / "out"))

    assert (summary.name, summary.version) == ("tiny-en-de", "1.5")
    assert summary.handler == "translation_handler.py"


def test_an_archive_that_is_current_is_left_alone(folder: Path, tmp_path: Path) -> None:
    first = build_archive(folder, tmp_path / "out").stat()
    again = build_archive(folder, tmp_path / "out").stat()

    assert (first.st_ino, first.st_mtime_ns) == (again.st_ino, again.st_mtime_ns)


def change_weights(folder: Path) -> None:
    (folder / "weights.safetensors").write_bytes(b"better")


def change_settings(folder: Path) -> None:
    (folder / "model.json").write_text(json.dumps(SETTINGS | {"version": "1.6"}))


def add_file(folder: Path) -> None:
    (folder / "extra.txt").write_text("new")


def remove_file(folder: Path) -> None:
    (folder / "README.md").unlink()


@pytest.mark.parametrize("change", [change_weights, change_settings, add_file, remove_file])
def test_an_archive_is_built_again_when_its_model_changed(
    folder: Path, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    before = build_archive(folder, tmp_path / "out").read_bytes()
    change(folder)

    assert build_archive(folder, tmp_path / "out").read_bytes() != before


def test_a_damaged_archive_is_built_again(folder: Path, tmp_path: Path) -> None:
    archive = build_archive(folder, tmp_path / "out")
    archive.write_bytes(archive.read_bytes()[:100])

    verify_archive(build_archive(folder, tmp_path / "out"))
