"""Archives of the misbehaving model, one for each task."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

from salience.archives.contents import model_config, provenance_of
from salience.v1.models_pb2 import (
    TASK_ENTITIES,
    TASK_IMAGE_CLASSIFICATION,
    TASK_SUMMARIZATION,
    TASK_TRANSLATION,
    Task,
)
from salience.worker.provenance import FILE_NAME

HANDLER = Path(__file__).with_name("misbehaving_handler.py")
MODELS: dict[str, Task] = {
    "faulty-translation": TASK_TRANSLATION,
    "faulty-summarization": TASK_SUMMARIZATION,
    "faulty-entities": TASK_ENTITIES,
    "faulty-images": TASK_IMAGE_CLASSIFICATION,
}


def build_faulty_archives(folder: Path, names: Collection[str]) -> None:
    """Write some of them into a folder, as `salience archive` writes those of real models."""
    for name in names:
        task = MODELS[name]
        with tempfile.TemporaryDirectory() as scratch:
            _build(name, task, Path(scratch), folder)


def _build(name: str, task: Task, scratch: Path, folder: Path) -> None:
    staging = scratch / "staging"
    staging.mkdir()
    files = {
        "misbehaviour.json": scratch / "misbehaviour.json",
        "model.json": scratch / "model.json",
        "model-config.yaml": scratch / "model-config.yaml",
        HANDLER.name: HANDLER,
    }
    files["misbehaviour.json"].write_text(json.dumps([name, task]))
    told = {"name": name, "task": "misbehaving", "version": "1.0"}
    files["model.json"].write_text(json.dumps(told))
    files["model-config.yaml"].write_text(model_config("none"))
    for inside, source in files.items():
        shutil.copyfile(source, staging / inside)
    (staging / FILE_NAME).write_text(provenance_of(files).to_json())
    archive(name, HANDLER, folder, config=files["model-config.yaml"], extra=staging)


def archive(
    name: str, handler: Path | str, folder: Path, *, config: Path, extra: Path | None = None
) -> None:
    """Run torch-model-archiver."""
    folder.mkdir(exist_ok=True)
    options = {
        "--model-name": name,
        "--version": "1.0",
        "--handler": handler,
        "--config-file": config,
        "--export-path": folder,
        **({"--extra-files": extra} if extra else {}),
    }
    command = [sys.executable, "-W", "ignore", "-m", "model_archiver.model_packaging"]
    words = [str(word) for option in options.items() for word in option]
    subprocess.run([*command, *words], check=True, capture_output=True)
