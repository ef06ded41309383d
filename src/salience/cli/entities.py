"""`salience entities`."""

from typing import Annotated

import typer

from salience.cli import options
from salience.cli.answering import answered, local_task
from salience.cli.connection import client_of
from salience.cli.printing import print_entities
from salience.cli.texts import texts_to_answer
from salience.client import answers
from salience.tasks.entity_item import EntityItem


def entities(  # noqa: PLR0913  a command's parameters are its options
    texts: options.TextsArgument = None,
    *,
    language: Annotated[
        str, typer.Option("--language", help="Language of the texts; default: what the model reads")
    ] = "",
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
    """Find names in texts, by a running service or, with --local, in this process.

    One line a name: number of the text, label, start, end, score and the name itself.
    """
    options.check_engine(engine, local=local)
    options.check_explain(explain=explain, as_json=as_json)
    given = texts_to_answer(texts, document=document)
    if local:
        task = local_task(
            "entities", model=model, languages=(language, ""), store=model_store, engine=engine
        )
        found = answered(given, lambda some: task.answer([EntityItem(t, explain) for t in some]))
        print_entities(found, as_json=as_json)
        return
    with client_of(server, timeout_seconds) as client:
        replies = answered(
            given,
            lambda some: answers(
                client.recognize_entities(some, explain=explain, language=language, model=model)
            ),
        )
        print_entities(replies, as_json=as_json)
