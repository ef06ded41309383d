import json
import re
import sys
import zipfile
from pathlib import Path

import pytest

from salience.archives import build_archive, inspect_archive, verify_archive
from salience.errors import Unsupported
from tests.unit.archives.model_folders import SETTINGS, write_model_folder


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("self-contained")
    return build_archive(write_model_folder(folder / "tiny"), folder, self_contained=True)


def test_the_package_and_what_it_needs_come_along(archive: Path) -> None:
    names = inspect_archive(archive).file_sizes

    assert {"salience/worker/batch_handler.py", "google/protobuf/message.py"} <= set(names)
    assert any(name.startswith("sentencepiece.libs/") for name in names)
    assert any(name.endswith(".dist-info/METADATA") and "salience" in name for name in names)
    verify_archive(archive)


def test_what_comes_along_imports_nothing_that_stays_out(archive: Path) -> None:
    with zipfile.ZipFile(archive) as files:
        sources = {
            name: files.read(name).decode()
            for name in files.namelist()
            if name.startswith("salience/") and name.endswith(".py")
        }
    imported = {
        module
        for source in sources.values()
        for module in re.findall(r"^(?:from|import) salience\.(\w+)", source, re.MULTILINE)
    }

    assert imported <= {name.split("/")[1].removesuffix(".py") for name in sources}


def test_what_a_worker_never_needs_stays_out(archive: Path) -> None:
    folders = {name.split("/")[1] for name in inspect_archive(archive).file_sizes if "/" in name}

    assert not folders & {"gateway", "supervisor", "client", "cli", "recipes", "training"}


def test_only_the_chosen_engine_comes_along(archive: Path) -> None:
    tops = {name.split("/")[0] for name in inspect_archive(archive).file_sizes}

    assert not tops & {"ctranslate2", "onnxruntime", "torch", "numpy"}


def test_another_platform_is_refused_in_words(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(archive) as files:
        code = compile(files.read("salience/__init__.py"), "salience", "exec")
    exec(code, {})
    monkeypatch.setattr(sys, "version_info", (3, 99, 0))

    with pytest.raises(RuntimeError, match=r"of this worker, Python \(3, 99\)"):
        exec(code, {})


def test_it_replaces_the_archive_that_was_not_self_contained(tmp_path: Path) -> None:
    folder = write_model_folder(tmp_path / "tiny")
    plain = build_archive(folder, tmp_path).stat().st_size

    assert build_archive(folder, tmp_path, self_contained=True).stat().st_size > plain


def test_a_checkpoint_on_pytorch_cannot_be_self_contained(tmp_path: Path) -> None:
    folder = write_model_folder(tmp_path / "tiny")
    (folder / "model.json").write_text(json.dumps(SETTINGS | {"source": "huggingface"}))

    with pytest.raises(Unsupported, match="transformers"):
        build_archive(folder, tmp_path, self_contained=True)
