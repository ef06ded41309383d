"""A model that answers items: in this process, or behind a running service."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from salience.cli.connection import client_of
from salience.cli.progress import working
from salience.client import Client, answers
from salience.errors import ServingError
from salience.tasks.detection_item import DetectionItem
from salience.tasks.entity_item import EntityItem
from salience.tasks.generation_item import GenerationItem
from salience.tasks.image_item import ImageItem
from salience.tasks.model_folder import ModelFolder
from salience.tasks.summary_item import SummaryItem
from salience.tasks.translation_item import TranslationItem, TranslationOptions
from salience.text.summary_length import SummaryLength
from salience.v1.models_pb2 import Model, Task

AskWithOptions = Callable[[Sequence[Any], Mapping[str, Any]], Sequence[Any | ServingError]]


@dataclass(frozen=True)
class AnsweringModel:
    """What the model is, and how to ask it; the options are those of the task's request."""

    description: Model
    ask: AskWithOptions

    @property
    def task(self) -> str:
        """For example `translation`."""
        return Task.Name(self.description.task).removeprefix("TASK_").lower()


def model_in_process(folder: ModelFolder, engine: str | None) -> AnsweringModel:
    """The model on that engine, or on the one it is served with, with all cores."""
    with working(f"loading {folder.name}"):
        from salience.tasks.loading import load_task  # brings torch, which takes seconds

        task = load_task(folder.path, engine=engine, threads=os.cpu_count() or 1)
    return AnsweringModel(
        task.model,
        lambda items, options: task.answer([ITEMS[folder.task](i, **options) for i in items]),
    )


def _text_to_translate(text: str, **options: Any) -> TranslationItem:
    return TranslationItem(text, TranslationOptions(**options))


def _text_to_summarize(text: str, *, explain: bool = False, **length: Any) -> SummaryItem:
    return SummaryItem(text, SummaryLength(**length), explain)


ITEMS: dict[str, Callable[..., Any]] = {
    "translation": _text_to_translate,
    "entities": EntityItem,
    "summarization": _text_to_summarize,
    "image_classification": ImageItem,
    "object_detection": partial(DetectionItem, min_score=0.0),
    "image_generation": GenerationItem,
}


@contextmanager
def model_of_service(name: str, server: str, timeout_seconds: float) -> Iterator[AnsweringModel]:
    """The model of that name, behind the service at that address."""
    with client_of(server, timeout_seconds) as client:
        model = client.get_model(name)
        yield AnsweringModel(model, partial(CALLS[model.task], client, model))


def _translate(
    client: Client, model: Model, texts: Sequence[str], options: Mapping[str, Any]
) -> Sequence[Any | ServingError]:
    source, target = model.source_languages[0], model.target_languages[0]
    reply = client.translate(
        texts, source_language=source, target_language=target, model=model.name, **options
    )
    return answers(reply)


def _recognize_entities(
    client: Client, model: Model, texts: Sequence[str], options: Mapping[str, Any]
) -> Sequence[Any | ServingError]:
    return answers(client.recognize_entities(texts, model=model.name, **options))


def _summarize(
    client: Client, model: Model, texts: Sequence[str], options: Mapping[str, Any]
) -> Sequence[Any | ServingError]:
    return answers(client.summarize(texts, model=model.name, **options))


def _classify_images(
    client: Client, model: Model, images: Sequence[bytes], options: Mapping[str, Any]
) -> Sequence[Any | ServingError]:
    return answers(client.classify_images(images, model=model.name, **options))


def _detect_objects(
    client: Client, model: Model, images: Sequence[bytes], options: Mapping[str, Any]
) -> Sequence[Any | ServingError]:
    asked = {"min_score": 0.0, **options}
    return answers(client.detect_objects(images, model=model.name, **asked))


def _generate_images(
    client: Client, model: Model, seeds: Sequence[int], options: Mapping[str, Any]
) -> Sequence[Any | ServingError]:
    return answers(client.generate_images(seeds, model=model.name, **options))


CALLS: dict[Task, Callable[..., Sequence[Any | ServingError]]] = {
    Task.TASK_TRANSLATION: _translate,
    Task.TASK_ENTITIES: _recognize_entities,
    Task.TASK_SUMMARIZATION: _summarize,
    Task.TASK_IMAGE_CLASSIFICATION: _classify_images,
    Task.TASK_OBJECT_DETECTION: _detect_objects,
    Task.TASK_IMAGE_GENERATION: _generate_images,
}
