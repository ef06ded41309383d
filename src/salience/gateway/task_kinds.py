"""What is particular to each task: its messages, its items, its languages, its options."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from salience.gateway.item_kinds import IMAGES, SEEDS, TEXTS, ItemKind
from salience.gateway.item_messages import ItemReply, ItemRequest
from salience.tasks.detection_item import check_min_score
from salience.tasks.translation_item import TranslationOptions
from salience.text.summary_length import SummaryLength
from salience.v1.entities_pb2 import RecognizeEntitiesReply, RecognizeEntitiesRequest
from salience.v1.images_pb2 import (
    ClassifyImagesReply,
    ClassifyImagesRequest,
    DetectObjectsReply,
    DetectObjectsRequest,
    GenerateImagesReply,
    GenerateImagesRequest,
)
from salience.v1.models_pb2 import (
    TASK_ENTITIES,
    TASK_IMAGE_CLASSIFICATION,
    TASK_IMAGE_GENERATION,
    TASK_OBJECT_DETECTION,
    TASK_SUMMARIZATION,
    TASK_TRANSLATION,
    Task,
)
from salience.v1.summarization_pb2 import SummarizeReply, SummarizeRequest
from salience.v1.translation_pb2 import TranslateReply, TranslateRequest


@dataclass(frozen=True)
class LanguageField:
    """A field of a request, and the list of a model that must have its value."""

    name: str
    offered: str
    required: bool
    """Unless the request names its model."""


@dataclass(frozen=True)
class TaskKind:
    """A task as the gateway sees it."""

    task: Task
    items: ItemKind
    request_type: type[ItemRequest]
    reply_type: type[ItemReply]
    languages: tuple[LanguageField, ...] = ()
    check_options: Callable[[Any], None] = lambda request: None
    """Raises InvalidInput that names an option no model can follow."""

    def probe(self) -> ItemRequest:
        """A request that every model of the task can answer."""
        fields: dict[str, Any] = {self.items.field: [self.items.probe]}
        return self.request_type(**fields)


def _check_length(request: SummarizeRequest) -> None:
    asked = request.WhichOneof("length")
    SummaryLength(**({asked: getattr(request, asked)} if asked else {})).check()


TRANSLATION = TaskKind(
    task=TASK_TRANSLATION,
    items=TEXTS,
    request_type=TranslateRequest,
    reply_type=TranslateReply,
    languages=(
        LanguageField("source_language", offered="source_languages", required=True),
        LanguageField("target_language", offered="target_languages", required=True),
    ),
    check_options=lambda request: TranslationOptions.of(request).check(),
)
ENTITIES = TaskKind(
    task=TASK_ENTITIES,
    items=TEXTS,
    request_type=RecognizeEntitiesRequest,
    reply_type=RecognizeEntitiesReply,
    languages=(LanguageField("language", offered="source_languages", required=False),),
)
SUMMARIZATION = TaskKind(
    task=TASK_SUMMARIZATION,
    items=TEXTS,
    request_type=SummarizeRequest,
    reply_type=SummarizeReply,
    languages=(LanguageField("language", offered="source_languages", required=False),),
    check_options=_check_length,
)
IMAGE_CLASSIFICATION = TaskKind(
    task=TASK_IMAGE_CLASSIFICATION,
    items=IMAGES,
    request_type=ClassifyImagesRequest,
    reply_type=ClassifyImagesReply,
)

OBJECT_DETECTION = TaskKind(
    task=TASK_OBJECT_DETECTION,
    items=IMAGES,
    request_type=DetectObjectsRequest,
    reply_type=DetectObjectsReply,
    check_options=lambda request: check_min_score(request.min_score),
)
IMAGE_GENERATION = TaskKind(
    task=TASK_IMAGE_GENERATION,
    items=SEEDS,
    request_type=GenerateImagesRequest,
    reply_type=GenerateImagesReply,
)

TASK_KINDS: Mapping[Task, TaskKind] = {
    kind.task: kind
    for kind in (
        TRANSLATION,
        ENTITIES,
        SUMMARIZATION,
        IMAGE_CLASSIFICATION,
        OBJECT_DETECTION,
        IMAGE_GENERATION,
    )
}
