"""From a model's folder to a task that answers."""

from collections.abc import Callable
from importlib import import_module
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
    task: Task[Any, Any] = _loading_of(folder, "load")(folder, chosen, device, threads, wrap_engine)
    return task


def _in_half_precision(wrap_engine: WrapEngine) -> WrapEngine:
    from salience.engines.half_precision import HalfPrecision  # brings torch

    return lambda engine: wrap_engine(HalfPrecision(engine))


def prepare_engine(folder: ModelFolder, engine: str) -> Path:
    """Build what `engine` needs inside the model's folder, unless it is there already."""
    path: Path = _loading_of(folder, "prepare")(folder, engine)
    return path


def _loading_of(folder: ModelFolder, verb: str) -> Callable[..., Any]:
    """Such as `load_translation`; imported late, each brings its own engines."""
    kind = "checkpoint" if folder.is_checkpoint else folder.task
    found: Callable[..., Any] = getattr(
        import_module(f"salience.tasks.{kind}_loading"), f"{verb}_{kind}"
    )
    return found
