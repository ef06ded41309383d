"""`salience quality`."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from salience.cli import options
from salience.cli.answering_model import model_in_process
from salience.cli.measured_models import Measurable, measurable_models
from salience.cli.measuring import measure
from salience.cli.progress import errors
from salience.errors import ModelNotFound

if TYPE_CHECKING:
    from salience.evaluation.evaluation_set import EvaluationSet
    from salience.evaluation.quality_records import QualityRecords
    from salience.evaluation.quality_tables import MeasuredModel
    from salience.evaluation.report import Measurement

RECORDS = "quality.json"
PAGES = "docs/models/*.md"


def quality(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="MODEL", help="Measure these; default: all.")
    ] = None,
    *,
    data: options.DataOption,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Examples of each test set; nothing is written then.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Measure the known, too.")] = False,
    model_store: options.ModelStoreOption = options.DEFAULT_MODEL_STORE,
    project: Annotated[Path, typer.Option(help="Where README.md and tests/data are.")] = Path(),
) -> None:
    """Measure every model on the test sets of its recipe, and print one table of all.

    Measures what is new since the figures in the model store's quality.json, on the engine
    that serves and on PyTorch, and writes the tables of the README and of the models' cards.
    """
    from salience.evaluation.quality_records import QualityRecords
    from salience.evaluation.quality_tables import comparison_table

    file = model_store / RECORDS
    records = QualityRecords() if limit else QualityRecords.read(file)
    known = QualityRecords() if again else records
    models = measurable_models(model_store)
    for model in _named(models, names or ()):
        for engine in model.engines:
            missing = list(_missing(model, engine, known, data, project))
            for measurement in _measured(model, engine, missing, limit):
                records.put(model.state(engine), measurement)
                if not limit:
                    records.write(file)
    measured = [model.measured(records) for model in models]
    typer.echo(comparison_table(measured))
    if not limit:
        write_tables(measured, model_store, project / "README.md")


def _named(models: Sequence[Measurable], names: Sequence[str]) -> list[Measurable]:
    unknown = set(names) - {model.folder.name for model in models}
    if unknown:
        raise ModelNotFound(f"no model with a recipe is named {', '.join(sorted(unknown))}")
    return [model for model in models if not names or model.folder.name in names]


def _missing(
    model: Measurable, engine: str, known: "QualityRecords", data: Path, project: Path
) -> "Iterator[tuple[EvaluationSet, Path]]":
    """The data sets, each with its file, that have no record for the model as it is."""
    from salience.evaluation.fingerprint import sha256_of

    sets = [(test, data / test.file) for test in model.test_sets]
    for one, file in [*sets, (model.sample, project / model.sample.file)]:
        last = known.find(model.state(engine), one.name)
        now = (one.part, one.options, sha256_of(file))
        if last is None or (last.part, last.options, last.sha256) != now:
            yield one, file


def _measured(
    model: Measurable,
    engine: str,
    missing: "Sequence[tuple[EvaluationSet, Path]]",
    limit: int | None,
) -> "Iterator[Measurement]":
    if not missing:
        return
    answering = model_in_process(model.folder, engine)
    for one, file in missing:
        measurement, outcome = measure(answering, one, file, limit=limit)
        errors.print(
            f"{model.folder.name} on {engine}, {one.name}: {outcome.num_examples} examples"
            f" in {outcome.seconds:.0f} s, {len(outcome.errors)} errors",
            highlight=False,
            soft_wrap=True,
        )
        yield measurement


def write_tables(models: "Sequence[MeasuredModel]", store: Path, readme: Path) -> None:
    """Between the marks of the README, without demonstrations, of the cards and of the pages."""
    from salience.evaluation.quality_tables import (
        card_table,
        comparison_table,
        with_table,
        with_tables_of_page,
    )

    served = [model for model in models if not model.is_demonstration]
    tables = {readme: comparison_table(served)}
    tables |= {store / model.name / "README.md": card_table(model) for model in models}
    for document, table in tables.items():
        if document.exists():
            document.write_text(with_table(document.read_text(), table))
    for page in readme.parent.glob(PAGES):
        page.write_text(with_tables_of_page(page.read_text(), models))
