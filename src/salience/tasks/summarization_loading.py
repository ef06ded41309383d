"""A summarization model's folder, loaded for serving, whichever kind it is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from salience.engines.engine import Engine
from salience.tasks.model_folder import ModelFolder
from salience.tasks.summary_item import SummaryItem
from salience.tasks.task import Task
from salience.v1.summarization_pb2 import Summary

EXTRACTIVE = "extractive"


def load_summarization(
    folder: ModelFolder,
    engine: str,
    device: str = "cpu",
    threads: int = 1,
    wrap_engine: Callable[[Engine[Any]], Engine[Any]] = lambda engine: engine,
) -> Task[SummaryItem | str, Summary]:
    """The task, with the engine of that name: one chooses sentences, one writes its own."""
    if folder.settings["kind"] == EXTRACTIVE:
        from salience.tasks.extraction_loading import load_extraction

        return load_extraction(folder, engine, device, threads, wrap_engine)
    from salience.tasks.headlines_loading import load_headlines

    return load_headlines(folder, engine, device, threads, wrap_engine)


def prepare_summarization(folder: ModelFolder, engine: str) -> Path:
    """The folder with what `engine` needs, made from the model's weights if need be."""
    if folder.settings["kind"] == EXTRACTIVE:
        from salience.tasks.extraction_loading import prepare_extraction

        return prepare_extraction(folder, engine)
    from salience.tasks.headlines_loading import prepare_headlines

    return prepare_headlines(folder, engine)
