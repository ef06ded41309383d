"""From a model's folder to a task that answers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from salience.engines.engine import Engine
from salience.tasks.model_folder import ModelFolder
from salience.tasks.task import TextTask

WrapEngine = Callable[[Engine[Any]], Engine[Any]]


def load_task(
    path: Path,
    *,
    engine: str | None = None,
    device: str = "cpu",
    threads: int = 1,
    wrap_engine: WrapEngine = lambda engine: engine,
) -> TextTask[Any]:
    """The task of the model in `path`, ready to answer.

    `engine` is `pytorch` or one of the fast CPU engines; by default the model's own on
    a CPU and PyTorch on a GPU. `wrap_engine` lets a caller watch what the engine runs.
    """
    folder = ModelFolder(path)
    chosen = engine or (folder.settings["default_engine"] if device == "cpu" else "pytorch")
    if folder.task == "translation":
        from salience.tasks.translation_loading import load_translation

        return load_translation(folder, chosen, device, threads, wrap_engine)
    from salience.tasks.entities_loading import load_entities

    return load_entities(folder, chosen, device, threads, wrap_engine)


def prepare_engine(folder: ModelFolder, engine: str) -> Path:
    """Build what `engine` needs inside the model's folder, unless it is there already."""
    if folder.task == "translation":
        from salience.tasks.translation_loading import prepare_translation

        return prepare_translation(folder, engine)
    from salience.tasks.entities_loading import prepare_entities

    return prepare_entities(folder, engine)
