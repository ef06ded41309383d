import json
from pathlib import Path

import pytest

from salience.tasks.model_folder import ModelFolder
from salience.v1.models_pb2 import Task

SETTINGS = {
    "name": "toy",
    "task": "translation",
    "version": "1.0",
    "source_languages": ["en"],
    "target_languages": ["de"],
    "labels": [],
    "limits": {"max_items": 2, "max_characters": 10},
}


@pytest.fixture
def folder(tmp_path: Path) -> ModelFolder:
    (tmp_path / "model.json").write_text(json.dumps(SETTINGS))
    (tmp_path / "weights.safetensors").write_bytes(b"weights")
    return ModelFolder(tmp_path)


def test_the_description_says_what_is_in_the_folder(folder: ModelFolder) -> None:
    model = folder.description(engine="pytorch", device="cpu")

    assert (model.name, model.task, model.limits.max_items) == ("toy", Task.TASK_TRANSLATION, 2)
    assert model.digest == folder.digest


@pytest.mark.parametrize(
    ("task", "explains", "limit"),
    [
        ("translation", True, 3_000),
        ("translation", False, 0),
        ("entities", True, 20_000),
        ("image_classification", True, 0),
    ],
)
def test_the_description_says_how_much_is_explained_at_once(
    folder: ModelFolder, task: str, explains: bool, limit: int
) -> None:
    (folder.path / "model.json").write_text(json.dumps({**SETTINGS, "task": task}))

    model = folder.description(engine="pytorch", device="cpu", explains=explains)

    assert (model.explains, model.limits.max_explained_characters) == (explains, limit)


def test_what_was_derived_in_another_form_is_made_again(folder: ModelFolder) -> None:
    for form in (1, 2, 2):
        folder.derived("fast", lambda path: (path / "made").touch(), form=form)
        stamp = (folder.path / "fast" / "weights.sha256").read_text()
        assert stamp == folder.digest + (" form 2" if form == 2 else "")


@pytest.mark.parametrize(
    ("settings", "is_default", "streams"),
    [
        ({}, False, True),
        ({"default": True}, True, True),
        ({"task": "summarization", "kind": "extractive", "default": True}, True, True),
        ({"task": "summarization", "kind": "abstractive"}, False, False),
        ({"task": "entities"}, False, False),
    ],
)
def test_the_description_says_who_is_meant_by_default_and_who_streams(
    folder: ModelFolder, settings: dict[str, object], is_default: bool, streams: bool
) -> None:
    (folder.path / "model.json").write_text(json.dumps({**SETTINGS, **settings}))

    model = folder.description(engine="pytorch", device="cpu")

    assert (model.is_default, model.streams) == (is_default, streams)


def test_derived_files_are_built_once_for_the_same_weights(folder: ModelFolder) -> None:
    builds: list[Path] = []

    def build(path: Path) -> None:
        builds.append(path)
        (path / "model.bin").write_bytes(b"fast")

    for _ in range(2):
        assert (folder.derived("fast", build) / "model.bin").read_bytes() == b"fast"
    assert len(builds) == 1

    (folder.path / "weights.safetensors").write_bytes(b"other weights")
    ModelFolder(folder.path).derived("fast", build)
    assert len(builds) == 2


def test_a_build_that_fails_leaves_nothing_that_looks_finished(folder: ModelFolder) -> None:
    def build(path: Path) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        folder.derived("fast", build)

    assert {path.name for path in folder.path.iterdir()} == {"model.json", "weights.safetensors"}
