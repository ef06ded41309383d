"""Measures an answering model on data, with a bar."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salience.cli.answering_model import AnsweringModel
from salience.cli.progress import bar
from salience.cli.recipe_modules import recipe_named, recipe_names

if TYPE_CHECKING:
    from salience.evaluation.evaluation_set import EvaluationSet
    from salience.evaluation.report import Measurement
    from salience.evaluation.run import Outcome


def sets_of_recipe(name: str) -> "Sequence[EvaluationSet]":
    """Those of the recipe of the model of that name; none when it has no recipe."""
    return getattr(recipe_named(name), "TEST_SETS", ()) if name in recipe_names() else ()


def measure(
    model: AnsweringModel, data: "EvaluationSet", file: Path, *, limit: int | None
) -> "tuple[Measurement, Outcome]":
    """The model's figures on at most `limit` of the examples of `file`."""
    from salience.evaluation.fingerprint import sha256_of
    from salience.evaluation.kinds import evaluation_of
    from salience.evaluation.report import Measurement
    from salience.evaluation.run import evaluate

    sha256 = sha256_of(file)
    evaluation = evaluation_of(model.task)
    examples: Any = evaluation.read(file, data.part)
    total = min(limit or len(examples), len(examples))
    with bar(f"{model.description.name}, {data.name}", total) as done:
        outcome = evaluate(
            evaluation,
            map(data.change, islice(examples, total)),
            lambda items: model.ask(items, data.options),
            items_per_call=min(evaluation.items_per_call, model.description.limits.max_items),
            done=done,
        )
    return Measurement.of(outcome, data, sha256), outcome
