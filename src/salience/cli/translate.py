"""`salience translate`."""

from dataclasses import asdict
from typing import Annotated

import typer

from salience.cli import options
from salience.cli.answering import answered, local_task
from salience.cli.connection import client_of
from salience.cli.printing import print_translations
from salience.cli.texts import texts_to_answer
from salience.client import answers
from salience.decoding.options import MAX_BEAM_SIZE, MAX_LENGTH_PENALTY
from salience.tasks.translation_item import TranslationItem, TranslationOptions

BeamSizeOption = Annotated[
    int | None,
    typer.Option(
        "--beam-size",
        metavar="N",
        min=1,
        max=MAX_BEAM_SIZE,
        help="Follow N translations of a sentence at once: better, and slower. 1 is greedy.",
    ),
]
AlternativesOption = Annotated[
    int, typer.Option("--alternatives", metavar="N", min=0, help="Show N others, indented.")
]
LengthPenaltyOption = Annotated[
    float | None,
    typer.Option(
        "--length-penalty",
        metavar="X",
        min=0,
        max=MAX_LENGTH_PENALTY,
        help="0 prefers short translations, more than 1 long ones.",
    ),
]


def translate(  # noqa: PLR0913  a command's parameters are its options
    texts: options.TextsArgument = None,
    *,
    source: Annotated[str, typer.Option("--from", help="Language of the texts.")] = "en",
    target: Annotated[str, typer.Option("--to", help="Language of the answers.")] = "de",
    beam_size: BeamSizeOption = None,
    alternatives: AlternativesOption = 0,
    length_penalty: LengthPenaltyOption = None,
    explain: options.ExplainOption = False,
    document: options.DocumentOption = False,
    as_json: options.JsonOption = False,
    model: options.ModelOption = "",
    server: options.ServerOption = options.DEFAULT_SERVER,
    timeout_seconds: options.TimeoutOption = options.DEFAULT_TIMEOUT_SECONDS,
    local: options.LocalOption = False,
    model_store: options.ModelStoreOption = options.DEFAULT_MODEL_STORE,
    engine: options.EngineOption = None,
) -> None:
    """Translate texts, by a running service or, with --local, in this process."""
    options.check_engine(engine, local=local)
    options.check_explain(explain=explain, as_json=as_json)
    search = TranslationOptions(beam_size or 0, alternatives, length_penalty, explain)
    search.check()
    given = texts_to_answer(texts, document=document)
    if local:
        task = local_task(
            "translation", model=model, languages=(source, target), store=model_store, engine=engine
        )
        found = answered(
            given, lambda some: task.answer([TranslationItem(t, search) for t in some])
        )
        print_translations(found, as_json=as_json)
        return
    with client_of(server, timeout_seconds) as client:
        replies = answered(
            given,
            lambda some: answers(
                client.translate(
                    some,
                    source_language=source,
                    target_language=target,
                    model=model,
                    **asdict(search),
                )
            ),
        )
        print_translations(replies, as_json=as_json)
