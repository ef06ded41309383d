"""`python -m loadtests.explain_price`: what it costs to ask a model where it looked.

The same items are answered with and without `explain`, in turns, so that both meet the machine
in the same state; time is the processor's, which others at work disturb less than the clock.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from loadtests.sentences import REQUESTS, read_sentences
from salience.data.voc_boxes import BoxedImages
from salience.recipes.blood_cells import SAMPLE
from salience.tasks.detection_item import DetectionItem
from salience.tasks.entity_item import EntityItem
from salience.tasks.generation_item import GenerationItem
from salience.tasks.image_item import ImageItem
from salience.tasks.loading import load_task
from salience.tasks.model_folder import ModelFolder
from salience.tasks.summary_item import SummaryItem
from salience.tasks.task import Task
from salience.tasks.translation_item import TranslationItem, TranslationOptions

STORE = Path("model_store")
MODELS = (
    *("translation-en-de", "entities-en", "headline-en"),
    *("image-classification", "blood-cells", "emoji-people"),
)
NUM_SEEDS = 16


class Seconds(NamedTuple):
    """The median of a call's processor time."""

    plain: float
    explained: float


def measure(
    task: Task[Any, Any],
    plain: Sequence[Any],
    explained: Sequence[Any],
    *,
    num_items: int,
    turns: int,
) -> Seconds:
    """Calls of `num_items`, each made in both ways; the items are gone through in a circle."""
    taken: dict[bool, list[float]] = {False: [], True: []}
    circles = {False: cycle(plain), True: cycle(explained)}
    for turn in range(-1, turns):
        for explain in (turn % 2 == 0, turn % 2 != 0):
            call = list(islice(circles[explain], num_items))
            started = time.process_time()
            task.answer(call)
            if turn >= 0:
                taken[explain].append(time.process_time() - started)
    return Seconds(statistics.median(taken[False]), statistics.median(taken[True]))


def _texts_to_translate(explain: bool) -> list[TranslationItem]:
    options = TranslationOptions(explain=explain)
    return [TranslationItem(sentence.text, options) for sentence in read_sentences("translation")]


def _texts_with_names(explain: bool) -> list[EntityItem]:
    return [EntityItem(sentence.text, explain) for sentence in read_sentences("entities")]


def _documents(explain: bool) -> list[SummaryItem]:
    documents = read_sentences("summarization")
    return [SummaryItem(document.text, explain=explain) for document in documents]


def _images(explain: bool) -> list[ImageItem]:
    files = sorted((REQUESTS / "images").glob("*.jpg"))
    return [ImageItem(file.read_bytes(), explain=explain) for file in files]


def _blood_smears(explain: bool) -> list[DetectionItem]:
    examples = BoxedImages(SAMPLE.file, SAMPLE.part)
    return [DetectionItem(example.content, explain=explain) for example in examples]


def _seeds(explain: bool) -> list[GenerationItem]:
    return [GenerationItem(seed, explain) for seed in range(NUM_SEEDS)]


ITEMS: Mapping[str, Callable[[bool], list[Any]]] = {
    "translation": _texts_to_translate,
    "entities": _texts_with_names,
    "summarization": _documents,
    "image_classification": _images,
    "object_detection": _blood_smears,
    "image_generation": _seeds,
}
"""What a task is asked, explained or not."""


def main() -> None:
    """Print a row for each model and number of items in a call."""
    parser = argparse.ArgumentParser(prog="explain_price", description=__doc__)
    parser.add_argument("--models", nargs="+", default=MODELS, help="folders of model_store")
    parser.add_argument("--items", nargs="+", type=int, default=[1, 8], help="in a call")
    parser.add_argument("--turns", type=int, default=100)
    options = parser.parse_args()
    table = Table("model", "items", "plain, ms", "explained, ms", "price", box=None)
    for name in options.models:
        kind = ModelFolder(STORE / name).task
        task = load_task(STORE / name, threads=1)
        ways = ITEMS[kind](False), ITEMS[kind](True)
        for count in options.items:
            plain, explained = measure(task, *ways, num_items=count, turns=options.turns)
            figures = f"{1e3 * plain:.1f}", f"{1e3 * explained:.1f}", f"{explained / plain:.2f}"
            table.add_row(name, str(count), *figures)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
