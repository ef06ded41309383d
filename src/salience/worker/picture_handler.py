"""What handlers of pictures share."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar, TypeVar

from salience.tasks.detection_item import DetectionItem
from salience.tasks.image_item import ImageItem
from salience.worker.batch_metrics import MeasuredImageEngine
from salience.worker.task_handler import TaskHandler

Item = TypeVar("Item", ImageItem, DetectionItem)
Answer = TypeVar("Answer")


class PictureHandler(TaskHandler[Item, Answer]):
    """A picture may take half a second: each is begun only while its caller waits."""

    item_field = "images"
    measured_engine: ClassVar[type[MeasuredImageEngine[Any, Any]]] = MeasuredImageEngine

    def until(self, items: Sequence[Item], deadline_seconds: float | None) -> Sequence[Item]:
        """The same, with their deadline."""
        return [replace(item, deadline_seconds=deadline_seconds) for item in items]
