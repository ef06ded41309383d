"""Whether the right class is the likeliest, or among the five likeliest."""

from collections.abc import Sequence
from pathlib import Path

from salience.data.labelled_images import LabelledImage, LabelledImages
from salience.evaluation.evaluation import Figure
from salience.v1.images_pb2 import Classification

Rank = float
NEVER = float("inf")


class EvaluateImageClassification:
    """Implements Evaluation: every picture has one right class."""

    metrics = ("top1", "top5")
    items_per_call = 16

    def read(self, file: Path, part: str) -> LabelledImages:
        """The pictures of a folder or an archive."""
        return LabelledImages(file, part)

    def item(self, example: LabelledImage) -> bytes:
        """The picture's file."""
        return example.content

    def labels(self, example: LabelledImage) -> list[str]:
        """The picture's class."""
        return [example.label]

    def judge(self, example: LabelledImage, answer: Classification | None) -> Rank:
        """The place of the right class, from 0."""
        classes = answer.classes if answer else ()
        places = (place for place, one in enumerate(classes) if one.label == example.label)
        return next(places, NEVER)

    def measure(self, judged: Sequence[Rank]) -> dict[str, Figure]:
        """The shares of pictures, in percent."""
        return {
            f"top{most}": Figure(100 * sum(rank < most for rank in judged) / len(judged), "")
            for most in (1, 5)
        }
