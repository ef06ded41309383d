"""Which objects are in images of any size and format, and where."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from salience.engines.detected_objects import DetectedObjects
from salience.engines.engine import Engine
from salience.engines.seen_image import Pixels
from salience.errors import ServingError
from salience.tasks.deadlines import check_deadline
from salience.tasks.detection_item import DetectionItem, check_min_score
from salience.tasks.explaining import check_explains
from salience.v1.images_pb2 import AttentionMap, DetectedObject, Detection
from salience.v1.models_pb2 import Model
from salience.vision.boxes import strongest
from salience.vision.centre_crop import Box, square
from salience.vision.decoding import ImageLimits, Picture, decode_image

DetectionEngine: TypeAlias = Engine[DetectedObjects, Pixels]
MOST_OBJECTS = 100
LEAST_SCORE = 0.01
"""Candidates below it are noise, even for a caller who asks for everything."""


class DetectObjects:
    """Implements Task: images, alone or with what is asked about them, to Detections.

    The network sees the whole image as a square of `side` pixels. Of boxes of one label that
    overlap by more than `most_overlap` only the best is told; 1 tells them all. `engine` gives
    the engine that explains, or the one that does not.
    """

    def __init__(
        self,
        *,
        model: Model,
        engine: Callable[[bool], DetectionEngine],
        side: int,
        most_overlap: float,
    ) -> None:
        self.model = model
        self._engine = engine
        self._side = side
        self._most_overlap = most_overlap
        self._limits = ImageLimits(model.limits.max_bytes, model.limits.max_pixels)

    def answer(self, items: Sequence[DetectionItem | bytes], /) -> list[Detection | ServingError]:
        """Find the objects in every image, one image after another."""
        return [
            self._answer(DetectionItem.of(item), f"images[{index}]")
            for index, item in enumerate(items)
        ]

    def _answer(self, item: DetectionItem, field: str) -> Detection | ServingError:
        try:
            check_deadline(item.deadline_seconds)
            check_explains(self.model, explain=item.explain)
            check_min_score(item.min_score)
            picture = decode_image(
                item.content, limits=self._limits, field=field, enough=self._side
            )
        except ServingError as error:
            return error
        whole = Box(0, 0, *picture.image.size)
        [found] = self._engine(item.explain).run([square(picture.image, whole, self._side)])
        return self._detection(item, picture, found)

    def _detection(
        self, item: DetectionItem, picture: Picture, found: DetectedObjects
    ) -> Detection:
        edges = _edges(found.boxes, picture.width, picture.height)
        objects = [
            self._object(item, picture, found, edges, candidate, label)
            for label in range(len(self.model.labels))
            for candidate in self._told(found.scores[:, label], edges, item.min_score)
        ]
        objects.sort(key=lambda one: -one.score)
        return Detection(objects=objects[:MOST_OBJECTS], width=picture.width, height=picture.height)

    def _told(
        self, scores: NDArray[np.float32], edges: NDArray[np.float64], min_score: float
    ) -> list[int]:
        """The candidates for one label that are told."""
        certain = np.flatnonzero(scores >= max(min_score, LEAST_SCORE))
        best = strongest(edges[certain], scores[certain], most_overlap=self._most_overlap)
        return [int(certain[index]) for index in best]

    def _object(
        self,
        item: DetectionItem,
        picture: Picture,
        found: DetectedObjects,
        edges: NDArray[np.float64],
        candidate: int,
        label: int,
    ) -> DetectedObject:
        left, top, right, bottom = edges[candidate]
        return DetectedObject(
            label=self.model.labels[label],
            score=found.scores[candidate, label],
            left=left,
            top=top,
            width=right - left,
            height=bottom - top,
            attention=_attention_map(found.attention[candidate], picture) if item.explain else None,
        )


def _edges(boxes: NDArray[np.float32], width: int, height: int) -> NDArray[np.float64]:
    """Left, top, right and lower edge of boxes, in pixels, within the image."""
    centres, halves = boxes[:, :2].astype(np.float64), boxes[:, 2:].astype(np.float64) / 2
    edges = np.concatenate([centres - halves, centres + halves], axis=1).clip(0, 1)
    return np.asarray(edges * np.array([width, height, width, height]))


def _attention_map(weights: NDArray[np.float32], picture: Picture) -> AttentionMap:
    rows, columns = weights.shape
    return AttentionMap(
        rows=rows,
        columns=columns,
        weights=weights.ravel().tolist(),
        width=picture.width,
        height=picture.height,
    )
