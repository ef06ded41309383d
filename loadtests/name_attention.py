"""`python -m loadtests.name_attention`: whether a model looks at the names that it finds.

The oracle: what makes words a name is above all these words. Found means that the piece with the
largest weight is one of the name's own; chance is the share of its pieces in what it looked at.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from salience.evaluation.entities import EvaluateEntities
from salience.recipes.entities_en import TEST_SETS
from salience.tasks.entity_item import EntityItem
from salience.tasks.loading import load_task
from salience.tasks.task import Task
from salience.v1.entities_pb2 import Entities

BATCH = 32


class Looked(NamedTuple):
    """Whether the most looked at piece of a name is its own, and how likely that is by chance."""

    found: bool
    chance: float


def judged(answer: Entities) -> Iterator[Looked]:
    """What the oracle says of every name in an answer."""
    for entity in answer.entities:
        weights = list(entity.attention.weights)
        seen = answer.pieces[entity.attention.first_piece :][: len(weights)]
        own = [entity.start <= piece.start < piece.end <= entity.end for piece in seen]
        yield Looked(own[weights.index(max(weights))], sum(own) / len(own))


def measured(task: Task[EntityItem, Entities], texts: Sequence[str]) -> list[Looked]:
    """The names that are found in all texts; a text that has an error has none."""
    starts = range(0, len(texts), BATCH)
    groups = ([EntityItem(text, explain=True) for text in texts[n:][:BATCH]] for n in starts)
    answers = (answer for group in groups for answer in task.answer(group))
    return [one for answer in answers if isinstance(answer, Entities) for one in judged(answer)]


def main() -> None:
    """Read the model's first test set and print the figures."""
    parser = argparse.ArgumentParser(prog="name_attention", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the corpora")
    parser.add_argument("--model", type=Path, default=Path("model_store/entities-en"))
    parser.add_argument("--engine", help="by default the model's own")
    options = parser.parse_args()
    task = load_task(options.model, engine=options.engine, threads=1)
    evaluation, tested = EvaluateEntities(), TEST_SETS[0]
    examples = evaluation.read(options.data / tested.file, tested.part)
    looked = measured(task, [evaluation.item(example) for example in examples])
    found = sum(one.found for one in looked) / len(looked)
    chance = sum(one.chance for one in looked) / len(looked)
    table = Table("test set", "names", "looks at itself most", "by chance", box=None)
    table.add_row(tested.name, str(len(looked)), f"{found:.1%}", f"{chance:.1%}")
    console = Console(width=100)
    console.print(f"{task.model.name} on {task.model.engine}")
    console.print(table)


if __name__ == "__main__":
    main()
