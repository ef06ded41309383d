"""What the answering commands write to standard output."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import typer
from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message

from salience.cli.exit_codes import exit_code_of
from salience.errors import ServingError
from salience.rpc_status import status_of
from salience.v1.entities_pb2 import Entities, RecognizeEntitiesResult
from salience.v1.images_pb2 import (
    Classification,
    ClassifyImagesResult,
    Detection,
    DetectObjectsResult,
)
from salience.v1.summarization_pb2 import SummarizeResult, Summary
from salience.v1.translation_pb2 import Suspicion, TranslateResult, Translation

Answer = TypeVar("Answer")


def print_translations(answers: Iterable[Translation | ServingError], *, as_json: bool) -> None:
    """One line a text, its alternatives indented; doubts and errors go to standard error."""
    _print(answers, _translation_json if as_json else _translation_line, as_json=as_json)


def print_entities(answers: Iterable[Entities | ServingError], *, as_json: bool) -> None:
    """One line an entity: number of the text, label, start, end, score and name, by tabs."""
    _print(answers, _entities_json if as_json else _entity_lines, as_json=as_json)


def print_summaries(answers: Iterable[Summary | ServingError], *, as_json: bool) -> None:
    """One line a summary; what it does not have from its text goes to standard error."""
    _print(answers, _summary_json if as_json else _summary_line, as_json=as_json)


def print_classes(
    answers: Iterable[Classification | ServingError], files: Sequence[Path], *, as_json: bool
) -> None:
    """One line a class: file, label and probability, by tabs, the likeliest first."""

    def lines(number: int, image: Classification) -> str:
        file = files[number - 1]
        return "".join(f"{file}\t{one.label}\t{one.probability:.3f}\n" for one in image.classes)

    form = _classes_json if as_json else lines
    _print(answers, form, as_json=as_json, name_of=lambda number: str(files[number - 1]))


def print_objects(
    answers: Iterable[Detection | ServingError], files: Sequence[Path], *, as_json: bool
) -> None:
    """One line an object: file, label, score, left, top, width and height, by tabs."""

    def lines(number: int, image: Detection) -> str:
        file = files[number - 1]
        return "".join(
            f"{file}\t{one.label}\t{one.score:.3f}\t{one.left:.0f}\t{one.top:.0f}"
            f"\t{one.width:.0f}\t{one.height:.0f}\n"
            for one in image.objects
        )

    form = _objects_json if as_json else lines
    _print(answers, form, as_json=as_json, name_of=lambda number: str(files[number - 1]))


def json_line(message: Message) -> str:
    """The proto3 JSON form the service's HTTP sends, on one line."""
    return MessageToJson(
        message,
        preserving_proto_field_name=True,
        always_print_fields_with_no_presence=True,
        indent=None,
        ensure_ascii=False,
    )


def _print(
    answers: Iterable[Answer | ServingError],
    form: Callable[[int, Answer], str],
    *,
    as_json: bool,
    name_of: Callable[[int], str] = "text {}".format,
) -> None:
    errors = []
    for number, answer in enumerate(answers, start=1):
        if isinstance(answer, ServingError):
            errors.append(answer)
            typer.echo(f"salience: {name_of(number)}: {answer.message}", err=True)
            typer.echo(json_line(TranslateResult(error=status_of(answer))) if as_json else "")
        else:
            typer.echo(form(number, answer), nl=False)
    if errors:
        raise typer.Exit(max(map(exit_code_of, errors)))


def _translation_line(number: int, translation: Translation) -> str:
    for suspicion in translation.suspicions:
        doubt = Suspicion.Name(suspicion).removeprefix("SUSPICION_").lower()
        typer.echo(f"salience: text {number}: doubtful ({doubt})", err=True)
    alternatives = (f"  {alternative.text}" for alternative in translation.alternatives)
    versions = (translation.text, *alternatives)
    return "".join(version.removesuffix("\n") + "\n" for version in versions)


def _translation_json(_: int, translation: Translation) -> str:
    return json_line(TranslateResult(translation=translation)) + "\n"


def _entity_lines(number: int, entities: Entities) -> str:
    return "".join(
        f"{number}\t{entity.label}\t{entity.start}\t{entity.end}\t{entity.score:.3f}"
        f"\t{' '.join(entity.text.split())}\n"
        for entity in entities.entities
    )


def _entities_json(_: int, entities: Entities) -> str:
    return json_line(RecognizeEntitiesResult(entities=entities)) + "\n"


def _summary_line(number: int, summary: Summary) -> str:
    if summary.unsupported:
        unsupported = ", ".join(summary.unsupported)
        typer.echo(f"salience: text {number}: doubtful (not in the text: {unsupported})", err=True)
    return " ".join(summary.text.split()) + "\n"


def _summary_json(_: int, summary: Summary) -> str:
    return json_line(SummarizeResult(summary=summary)) + "\n"


def _classes_json(_: int, classification: Classification) -> str:
    return json_line(ClassifyImagesResult(classification=classification)) + "\n"


def _objects_json(_: int, detection: Detection) -> str:
    return json_line(DetectObjectsResult(detection=detection)) + "\n"
