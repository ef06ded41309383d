"""`salience demonstrate`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from salience.cli import options
from salience.cli.answering_model import model_in_process
from salience.cli.measured_models import Measurable, measurable_models
from salience.cli.measuring import measure

if TYPE_CHECKING:
    from salience.evaluation.comparisons import Comparison


def demonstrate(
    data: options.DataOption,
    *,
    limit: Annotated[int | None, typer.Option(min=1, help="Examples of each test set.")] = None,
    model_store: options.ModelStoreOption = options.DEFAULT_MODEL_STORE,
) -> None:
    """Compare models that attend with others, each pair measured on one test set now.

    Most of the others have no attention; in two comparisons the other is a pretrained Transformer.

    A comparison is left out, and that is said, while a model or the test set is missing.
    """
    from salience.evaluation.comparisons import COMPARISONS

    models = {model.folder.name: model for model in measurable_models(model_store)}
    table = Table("comparison", "test set", "metric", "model", "beside", box=None)
    left_out = []
    for comparison in COMPARISONS:
        reason = _missing(comparison, models, data)
        if reason:
            left_out.append(f"left out, {reason}: {comparison.task}")
        else:
            table.add_row(*_row(comparison, models, data, limit))
    Console(width=None if Console().is_terminal else 240).print(table)
    for line in left_out:
        typer.echo(line)


def _missing(comparison: "Comparison", models: dict[str, Measurable], data: Path) -> str:
    """What a comparison lacks; empty when it can be made."""
    names = [name for name in (comparison.model, comparison.beside) if name]
    unknown = [name for name in names if name not in models]
    if unknown:
        return f"there are no weights of {', '.join(unknown)}"
    file = data / models[comparison.model].test_sets[0].file
    return "" if file.exists() else f"there is no {file}"


def _row(
    comparison: "Comparison", models: dict[str, Measurable], data: Path, limit: int | None
) -> tuple[str, ...]:
    from salience.evaluation.quality_tables import TITLES

    test = models[comparison.model].test_sets[0]
    figures = []
    for name in (comparison.model, comparison.beside):
        if not name:
            figures.append("")
            continue
        answering = model_in_process(models[name].folder, None)
        found, _ = measure(answering, test, data / test.file, limit=limit)
        metric, figure = next(iter(found.metrics.items()))
        figures.append(f"{name} {figure.value:.2f}")
    return (comparison.task, test.name, TITLES[metric], *figures)
