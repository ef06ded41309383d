"""How each task is asked over each protocol."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from salience.v1.entities_pb2 import RecognizeEntitiesReply, RecognizeEntitiesRequest
from salience.v1.translation_pb2 import TranslateReply, TranslateRequest

Request: TypeAlias = TranslateRequest | RecognizeEntitiesRequest
Reply: TypeAlias = TranslateReply | RecognizeEntitiesReply


@dataclass(frozen=True)
class Task:
    """Where a task is asked and with what."""

    name: str
    grpc_method: str
    http_path: str
    reply_class: type[Reply]
    request: Callable[[Sequence[str]], Request]
    languages: dict[str, str]

    def json_request(self, texts: Sequence[str]) -> bytes:
        """The body of the HTTP request."""
        return json.dumps({"texts": list(texts)} | self.languages).encode()


TASKS = (
    Task(
        "entities",
        "/salience.v1.EntityService/RecognizeEntities",
        "/v1/entities",
        RecognizeEntitiesReply,
        lambda texts: RecognizeEntitiesRequest(texts=texts),
        {},
    ),
    Task(
        "translation",
        "/salience.v1.TranslationService/Translate",
        "/v1/translate",
        TranslateReply,
        lambda texts: TranslateRequest(texts=texts, source_language="en", target_language="de"),
        {"source_language": "en", "target_language": "de"},
    ),
)


def task_named(name: str) -> Task:
    """`entities` or `translation`."""
    return next(task for task in TASKS if task.name == name)
