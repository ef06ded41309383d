"""From a model's folder to a task that answers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from salience.engines.engine import Engine
from salience.tasks.model_folder import ModelFolder
from salience.tasks.task import Task

WrapEngine = Callable[[Engine[Any]], Engine[Any]]


def load_task(
    path: Path,
    *,
    engine: str | None = None,
    device: str = "cpu",
    threads: int = 1,
    wrap_engine: WrapEngine = lambda engine: engine,
) -> Task[Any, Any]:
    """The task of the model in `path`, ready to answer.

    `engine` is `pytorch` or one of the fast CPU engines; by default the model's own on
    a CPU and PyTorch in half precision on a GPU. `wrap_engine` lets a caller watch what the
    engine runs.
    """
    folder = ModelFolder(path)
    if device != "cpu":
        wrap_engine = _in_half_precision(wrap_engine)
    chosen = engine or (folder.settings["default_engine"] if device == "cpu" else "pytorch")
    if folder.is_checkpoint:
        from salience.tasks.checkpoint_loading import load_checkpoint

        return load_checkpoint(folder, chosen, device, threads, wrap_engine)
    if folder.task == "translation":
        from salience.tasks.translation_loading import load_translation

        return load_translation(folder, chosen, device, threads, wrap_engine)
    if folder.task == "summarization":
        from salience.tasks.summarization_loading import load_summarization

        return load_summarization(folder, chosen, device, threads, wrap_engine)
    if folder.task == "image_classification":
        from salience.tasks.image_classification_loading import load_image_classification

        return load_image_classification(folder, chosen, device, threads, wrap_engine)
    if folder.task == "object_detection":
        from salience.tasks.object_detection_loading import load_object_detection

        return load_object_detection(folder, chosen, device, threads, wrap_engine)
    from salience.tasks.entities_loading import load_entities

    return load_entities(folder, chosen, device, threads, wrap_engine)


def _in_half_precision(wrap_engine: WrapEngine) -> WrapEngine:
    from salience.engines.half_precision import HalfPrecision  # brings torch

    return lambda engine: wrap_engine(HalfPrecision(engine))


def prepare_engine(folder: ModelFolder, engine: str) -> Path:
    """Build what `engine` needs inside the model's folder, unless it is there already."""
    if folder.is_checkpoint:
        from salience.tasks.checkpoint_loading import prepare_checkpoint

        return prepare_checkpoint(folder, engine)
    if folder.task == "translation":
        from salience.tasks.translation_loading import prepare_translation

        return prepare_translation(folder, engine)
    if folder.task == "summarization":
        from salience.tasks.summarization_loading import prepare_summarization

        return prepare_summarization(folder, engine)
    if folder.task == "image_classification":
        from salience.tasks.image_classification_loading import prepare_image_classification

        return prepare_image_classification(folder, engine)
    if folder.task == "object_detection":
        from salience.tasks.object_detection_loading import prepare_object_detection

        return prepare_object_detection(folder, engine)
    from salience.tasks.entities_loading import prepare_entities

    return prepare_entities(folder, engine)
