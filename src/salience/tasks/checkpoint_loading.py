"""The folder of a model that was made from a Hugging Face checkpoint, loaded for serving."""

from pathlib import Path
from typing import Any

from salience.errors import Unsupported
from salience.tasks.model_folder import ModelFolder
from salience.tasks.task import Task


def load_checkpoint(
    folder: ModelFolder, engine: str, device: str, threads: int, wrap_engine: Any
) -> Task[Any, Any]:
    """The task, with the engine of that name."""
    if folder.task == "entities":
        from salience.tasks.checkpoint_entities import load_checkpoint_entities

        return load_checkpoint_entities(folder, engine, device, threads, wrap_engine)
    if folder.task in ("translation", "summarization"):
        from salience.tasks.checkpoint_seq2seq import load_checkpoint_seq2seq

        return load_checkpoint_seq2seq(folder, engine, device, threads, wrap_engine)
    if folder.task == "image_classification":
        from salience.tasks.checkpoint_images import load_checkpoint_images

        return load_checkpoint_images(folder, engine, device, threads, wrap_engine)
    raise Unsupported(f"no checkpoint can be served for {folder.task}")


def prepare_checkpoint(folder: ModelFolder, engine: str) -> Path:
    """The folder with the engine's files; PyTorch needs none but the model's own."""
    if folder.task == "entities":
        from salience.tasks.checkpoint_entities import prepare_checkpoint_entities

        return prepare_checkpoint_entities(folder, engine)
    if folder.task in ("translation", "summarization"):
        from salience.tasks.checkpoint_seq2seq import prepare_checkpoint_seq2seq

        return prepare_checkpoint_seq2seq(folder, engine)
    if folder.task == "image_classification":
        from salience.tasks.checkpoint_images import prepare_checkpoint_images

        return prepare_checkpoint_images(folder, engine)
    raise Unsupported(f"no checkpoint can be served for {folder.task}")
