"""`python -m loadtests.box_attention`: whether a detector looks at the objects that it finds.

The oracle: what makes an object is above all what is in its box. By chance a box gets as much
of the attention as it covers of the image.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool
from rich.console import Console
from rich.table import Table

from salience.evaluation.object_detection import EvaluateObjectDetection
from salience.recipes.blood_cells import TEST_SETS
from salience.tasks.detection_item import DetectionItem
from salience.tasks.loading import load_task
from salience.v1.images_pb2 import DetectedObject, Detection


class Looked(NamedTuple):
    """How much of a box's attention fell in it, and how much of the map it covers."""

    inside: float
    chance: float


def judged(answer: Detection) -> Iterator[Looked]:
    """What the oracle says of every object in an answer."""
    for found in answer.objects:
        weights = np.reshape(found.attention.weights, (found.attention.rows, -1))
        own = _places_in_box(found, answer)
        yield Looked(float(weights[own].sum() / weights.sum()), float(own.mean()))


def _places_in_box(found: DetectedObject, answer: Detection) -> Bool[np.ndarray, "rows columns"]:
    """The places of the map whose middle is in the box."""
    rows, columns = found.attention.rows, found.attention.columns
    down = (np.arange(rows) + 0.5) / rows * answer.height - found.top
    right = (np.arange(columns) + 0.5) / columns * answer.width - found.left
    within_rows = (down >= 0) & (down <= found.height)
    within_columns = (right >= 0) & (right <= found.width)
    return within_rows[:, None] & within_columns[None, :]


def main() -> None:
    """Read the model's test set and print the figures."""
    parser = argparse.ArgumentParser(prog="box_attention", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the corpora")
    parser.add_argument("--model", type=Path, default=Path("model_store/blood-cells"))
    options = parser.parse_args()
    task = load_task(options.model, threads=1)
    evaluation, tested = EvaluateObjectDetection(), TEST_SETS[0]
    examples = evaluation.read(options.data / tested.file, tested.part)
    items = [DetectionItem(evaluation.item(example), explain=True) for example in examples]
    answers = [answer for item in items for answer in task.answer([item])]
    looked = [one for each in answers if isinstance(each, Detection) for one in judged(each)]
    table = Table("test set", "objects", "attention in its box", "by chance", box=None)
    inside, chance = mean(one.inside for one in looked), mean(one.chance for one in looked)
    table.add_row(tested.name, str(len(looked)), f"{inside:.1%}", f"{chance:.1%}")
    console = Console(width=100)
    console.print(f"{task.model.name} on {task.model.engine}")
    console.print(table)


if __name__ == "__main__":
    main()
