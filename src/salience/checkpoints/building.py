"""From a checkpoint to a model's folder, with the fastest engine that agrees with it."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from salience.checkpoints.checkpoint import Checkpoint
from salience.errors import ServingError, Unsupported
from salience.tasks.loading import prepare_engine
from salience.tasks.model_folder import HUGGING_FACE, WEIGHTS, ModelFolder

MAX_ITEMS = 256
MAX_CHARACTERS = 100_000


class Conversion(Protocol):
    """What a task knows about its checkpoints."""

    @property
    def engines(self) -> tuple[str, ...]:
        """The fastest first; the last needs no conversion."""

    def settings(self) -> Mapping[str, Any]:
        """The task's part of `model.json`, read from the checkpoint."""

    def write_files(self, folder: Path) -> None:
        """Write what the task needs besides weights and settings."""

    def disagreement(self, folder: ModelFolder, engine: str) -> str:
        """How the model on that engine differs from the original on samples, or nothing."""


@dataclass(frozen=True)
class BuiltModel:
    """A model's folder, and what there is to say about it, one line each."""

    folder: ModelFolder
    remarks: tuple[str, ...]


def build_model(checkpoint: Checkpoint, store: Path) -> BuiltModel:
    """Make `store/<name>` of a checkpoint, in place of the one there.

    Raises:
        ServingError: it cannot be served, or no engine agrees with it; says why.
    """
    conversion = conversion_of(checkpoint)
    target = store / checkpoint.served_name
    store.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".checkpoint-", dir=store) as scratch:
        path = Path(scratch) / target.name
        path.mkdir()
        _write_reference(checkpoint, conversion, path)
        remarks = _choose_engine(conversion, path)
        shutil.rmtree(target, ignore_errors=True)
        path.rename(target)
    return BuiltModel(ModelFolder(target), tuple(remarks))


def conversion_of(checkpoint: Checkpoint) -> Conversion:
    """The conversion for the checkpoint's task; refuses an architecture that cannot do it."""
    assert checkpoint.architecture  # refused here, before anything is loaded
    if checkpoint.task == "entities":
        from salience.checkpoints.entities import EntityConversion

        return EntityConversion(checkpoint)
    if checkpoint.task == "image_classification":
        from salience.checkpoints.images import ImageConversion

        return ImageConversion(checkpoint)
    from salience.checkpoints.seq2seq import Seq2SeqConversion

    return Seq2SeqConversion(checkpoint)


def _write_reference(checkpoint: Checkpoint, conversion: Conversion, path: Path) -> None:
    settings = {
        "name": checkpoint.served_name,
        "task": checkpoint.task,
        "version": "1.0",
        "source": HUGGING_FACE,
        "architecture": checkpoint.architecture,
        "source_languages": list(checkpoint.source_languages),
        "target_languages": list(checkpoint.target_languages),
        "labels": [],
        "limits": {"max_items": MAX_ITEMS, "max_characters": MAX_CHARACTERS},
        "default_engine": conversion.engines[0],
        **conversion.settings(),
    }
    _write_settings(path, settings)
    checkpoint.network.save_pretrained(path, max_shard_size="1TB")
    (path / "model.safetensors").rename(path / WEIGHTS)
    (path / WEIGHTS).chmod(0o644)  # safetensors lets only the owner read
    conversion.write_files(path)


def _choose_engine(conversion: Conversion, path: Path) -> list[str]:
    """Keep the first engine that works and agrees; say why the faster ones do not."""
    remarks: list[str] = []
    for engine in conversion.engines:
        problem = _problem(conversion, path, engine)
        if not problem:
            _write_settings(path, ModelFolder(path).settings | {"default_engine": engine})
            return [*remarks, f"{engine} agrees with the checkpoint on the samples"]
        remarks.append(f"not on {engine}: {problem}")
        shutil.rmtree(path / engine, ignore_errors=True)
    raise Unsupported("; ".join(remarks))


def _problem(conversion: Conversion, path: Path, engine: str) -> str:
    try:
        prepare_engine(ModelFolder(path), engine)
        return conversion.disagreement(ModelFolder(path), engine)
    except ServingError as error:
        return error.message
    except Exception as error:  # whatever a converter makes of a network it does not know
        return f"it failed ({type(error).__name__}: {error})".splitlines()[0][:300]


def _write_settings(path: Path, settings: Mapping[str, Any]) -> None:
    (path / "model.json").write_text(json.dumps(settings, indent=2, ensure_ascii=False) + "\n")
