"""`salience translate`."""

from typing import Annotated

import typer

from salience.cli import options
from salience.cli.answering import answered, local_task
from salience.cli.printing import print_translations
from salience.cli.texts import texts_to_answer
from salience.client import Client, answers


def translate(  # noqa: PLR0913  a command's parameters are its options
    texts: options.TextsArgument = None,
    *,
    source: Annotated[str, typer.Option("--from", help="Language of the texts.")] = "en",
    target: Annotated[str, typer.Option("--to", help="Language of the answers.")] = "de",
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
    given = texts_to_answer(texts, document=document)
    if local:
        task = local_task(
            "translation", model=model, languages=(source, target), store=model_store, engine=engine
        )
        print_translations(answered(given, task.answer), as_json=as_json)
        return
    with Client(server, timeout_seconds=timeout_seconds) as client:
        replies = answered(
            given,
            lambda some: answers(
                client.translate(some, source_language=source, target_language=target, model=model)
            ),
        )
        print_translations(replies, as_json=as_json)
