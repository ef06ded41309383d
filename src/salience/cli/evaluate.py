"""`salience evaluate`."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from salience.cli import options
from salience.cli.answering_model import AnsweringModel, model_in_process, model_of_service
from salience.cli.measuring import measure, sets_of_recipe
from salience.cli.model_store import folder_named
from salience.errors import InvalidInput
from salience.v1.models_pb2 import Model

if TYPE_CHECKING:
    from salience.evaluation.evaluation_set import EvaluationSet
    from salience.evaluation.report import Measurement
    from salience.evaluation.run import Outcome

LABELS_SHOWN = 10


def evaluate(  # noqa: PLR0913  a command's parameters are its options
    model: Annotated[str, typer.Argument(help="A model by name, or the path of its folder.")],
    data: Annotated[
        Path,
        typer.Option(
            "--data",
            metavar="PATH",
            exists=True,
            help="A data file, a folder of pictures, or the folder of the recipe's corpora.",
        ),
    ],
    *,
    part: Annotated[str, typer.Option(help="What to read of an archive.")] = "test",
    turned_round: Annotated[
        bool, typer.Option("--turned-round", help="Sentence pairs: the first column is the target.")
    ] = False,
    sentences: Annotated[
        int | None, typer.Option(min=1, help="Summaries: how many sentences to ask for.")
    ] = None,
    beam_size: Annotated[
        int | None, typer.Option(min=1, help="Translations: how many to follow at once.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Examples of each data set.")] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write a report too.")
    ] = None,
    engine: Annotated[
        str | None, typer.Option(help="In this process; default: what the model is served with.")
    ] = None,
    server: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Ask a running service, such as localhost:8001.")
    ] = "",
    timeout_seconds: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", min=0.001, help="For each call.")
    ] = 120.0,
    model_store: options.ModelStoreOption = options.DEFAULT_MODEL_STORE,
) -> None:
    """Measure a model's answers: BLEU and chrF, span F1, ROUGE, top-1 and top-5, or a distance.

    A data file holds tab-separated sentence pairs (.tsv), tagged words (.conll), documents with
    summaries (.jsonl), each as it is, as .xz or in a .tar.xz; or pictures by class (.tar, or a
    folder), with boxes (.tar), or by category (.npz), to which made ones are compared. Given the
    folder of the corpora, the test sets of the model's recipe are measured.
    """
    if server and engine:
        raise typer.BadParameter("--engine needs a model in this process: leave out --server")
    with _answering(model, engine, server, timeout_seconds, model_store) as answering:
        chosen = _options_of(answering.task, sentences=sentences, beam_size=beam_size)
        if turned_round and answering.task != "translation":
            raise typer.BadParameter("--turned-round is for translations")
        sets = _sets(answering, data, part, chosen, turned_round=turned_round)
        measured = [measure(answering, one, file, limit=limit) for one, file in sets]
    _print(answering, [measurement for measurement, _ in measured])
    _tell_doubts(answering.description, measured)
    if json_file is not None:
        _write_report(json_file, answering, measured, server)


def _options_of(task: str, *, sentences: int | None, beam_size: int | None) -> dict[str, int]:
    if sentences is not None and task != "summarization":
        raise typer.BadParameter("--sentences is for summaries")
    if beam_size is not None and task != "translation":
        raise typer.BadParameter("--beam-size is for translations")
    given = {"sentences": sentences, "beam_size": beam_size}
    return {name: value for name, value in given.items() if value is not None}


@contextmanager
def _answering(
    model: str, engine: str | None, server: str, timeout_seconds: float, store: Path
) -> Iterator[AnsweringModel]:
    if server:
        with model_of_service(model, server, timeout_seconds) as answering:
            yield answering
    else:
        yield model_in_process(folder_named(model, store), engine)


def _sets(
    answering: AnsweringModel,
    data: Path,
    part: str,
    chosen: Mapping[str, Any],
    *,
    turned_round: bool,
) -> "list[tuple[EvaluationSet, Path]]":
    """Each data set with its file: that of the option, or those of the recipe."""
    from salience.data import parallel_text
    from salience.evaluation.evaluation_set import EvaluationSet, unchanged

    recipes = sets_of_recipe(answering.description.name) if data.is_dir() else ()
    if any((data / one.file).exists() for one in recipes):
        return [(one, data / one.file) for one in recipes]
    if data.is_dir() and answering.task != "image_classification":
        files = ", ".join(str(one.file) for one in recipes) or "a recipe's test sets"
        raise InvalidInput(f"{data} is a folder without {files}: give a file")
    change = parallel_text.turned_round if turned_round else unchanged
    return [(EvaluationSet(data.name, data, part, change, chosen), data)]


def _print(answering: AnsweringModel, measurements: "Sequence[Measurement]") -> None:
    model = answering.description
    typer.echo(f"{model.name} {model.version}, {model.engine} on {model.device}")
    table = Table("data", "examples", "errors", *measurements[0].metrics, box=None)
    for one in measurements:
        counts = (str(one.num_examples), str(one.num_errors))
        figures = (f"{figure.value:.2f}" for figure in one.metrics.values())
        table.add_row(one.data, *counts, *figures)
    Console().print(table)
    for name, figure in measurements[0].metrics.items():
        if figure.signature:
            typer.echo(f"{name}: {figure.signature}")


def _tell_doubts(model: Model, measured: "Sequence[tuple[Measurement, Outcome]]") -> None:
    for measurement, outcome in measured:
        place = f"salience: {measurement.data}: "
        if outcome.errors:
            count = f"{len(outcome.errors)} of {outcome.num_examples} answers are errors"
            typer.echo(f"{place}{count}, counted as wrong: {outcome.errors[0]}", err=True)
        unknown = sorted(outcome.labels - set(model.labels))
        if unknown:
            known = ", ".join(model.labels[:LABELS_SHOWN])
            asked = ", ".join(unknown[:LABELS_SHOWN])
            typer.echo(f"{place}{model.name} has no label {asked}; it has {known}", err=True)


def _write_report(
    file: Path,
    answering: AnsweringModel,
    measured: "Sequence[tuple[Measurement, Outcome]]",
    server: str,
) -> None:
    from salience.evaluation.report import report

    written = report(answering.description, measured, server=server)
    file.write_text(json.dumps(written, indent=2, ensure_ascii=False) + "\n")
