"""Whether the right boxes are found: average precision, the mean over the labels.

A box is right when it overlaps one of its label by half (intersection over union) that no
more certain box has taken. Precision is the highest at that recall or a greater one, and is
averaged over all recalls. Source: Everingham et al., "The Pascal Visual Object Classes
Challenge: A Retrospective" (2015), section 3.2, as from 2010 on.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from salience.data.voc_boxes import BoxedImage, BoxedImages
from salience.evaluation.evaluation import Figure
from salience.v1.images_pb2 import DetectedObject, Detection
from salience.vision.boxes import overlaps

LEAST_OVERLAP = 0.5


class JudgedImage(NamedTuple):
    """How many boxes of each label there are; label, score and rightness of those found."""

    wanted: Counter[str]
    found: list[tuple[str, float, bool]]


class EvaluateObjectDetection:
    """Implements Evaluation: every picture has boxes with labels."""

    metrics = ("map50",)
    items_per_call = 16

    def read(self, file: Path, part: str) -> BoxedImages:
        """The pictures of an archive; the test set unless another part is named."""
        return BoxedImages(file, part or "test")

    def item(self, example: BoxedImage) -> bytes:
        """The picture's file."""
        return example.content

    def labels(self, example: BoxedImage) -> list[str]:
        """Of what is in the picture."""
        return [box.label for box in example.boxes]

    def judge(self, example: BoxedImage, answer: Detection | None) -> JudgedImage:
        """Which of the boxes are right."""
        wanted = Counter(self.labels(example))
        if answer is None:
            return JudgedImage(wanted, [])
        by_score = sorted(answer.objects, key=lambda one: -one.score)
        return JudgedImage(wanted, _judged(by_score, example))

    def measure(self, judged: Sequence[JudgedImage]) -> dict[str, Figure]:
        """In percent: the mean over the labels, and each label's own."""
        wanted = sum((image.wanted for image in judged), Counter[str]())
        of_labels = {
            label: 100
            * average_precision(
                [(score, right) for i in judged for name, score, right in i.found if name == label],
                number,
            )
            for label, number in sorted(wanted.items())
        }
        mean = sum(of_labels.values()) / max(len(of_labels), 1)
        figures = {"map50": mean} | {f"ap50 {label}": ap for label, ap in of_labels.items()}
        return {name: Figure(value, "iou 0.5, all points") for name, value in figures.items()}


def average_precision(found: Iterable[tuple[float, bool]], num_wanted: int) -> float:
    """From 0 to 1, by the score and the rightness of everything found."""
    rightness = [right for _, right in sorted(found, key=lambda one: -one[0])]
    if not rightness:
        return 0.0
    hits = np.cumsum(rightness)
    precision = hits / np.arange(1, len(hits) + 1)
    highest = np.maximum.accumulate(precision[::-1])[::-1]
    return float(highest[np.array(rightness)].sum() / num_wanted)


def _judged(found: Sequence[DetectedObject], example: BoxedImage) -> list[tuple[str, float, bool]]:
    """In the order of their scores, each takes the box of its label it overlaps most."""
    edges = np.array([box[1:] for box in example.boxes], dtype=float).reshape(-1, 4)
    labels = np.array([box.label for box in example.boxes], dtype=object)
    taken = np.zeros(len(labels), dtype=bool)
    judged = []
    for one in found:
        box = np.array([[one.left, one.top, one.left + one.width, one.top + one.height]])
        shared = np.where(labels == one.label, overlaps(box, edges)[0], 0.0)
        best = int(shared.argmax()) if shared.size else 0
        right = bool(shared.size and shared[best] >= LEAST_OVERLAP and not taken[best])
        if right:
            taken[best] = True
        judged.append((one.label, one.score, right))
    return judged
