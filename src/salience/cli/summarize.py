"""`salience summarize`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from salience.cli import options
from salience.cli.answering import answered, local_task
from salience.cli.connection import client_of
from salience.cli.printing import print_summaries
from salience.cli.texts import texts_of_files, texts_to_answer
from salience.client import answers
from salience.tasks.summary_item import SummaryItem
from salience.text.summary_length import SummaryLength

FilesOption = Annotated[
    list[Path] | None,
    typer.Option("--file", metavar="FILE", exists=True, dir_okay=False, help="A file is a text."),
]
SentencesOption = Annotated[
    int | None, typer.Option("--sentences", metavar="N", min=1, help="At most N sentences.")
]
WordsOption = Annotated[
    int | None, typer.Option("--words", metavar="N", min=1, help="At most N words.")
]
RatioOption = Annotated[
    float | None,
    typer.Option("--ratio", metavar="X", min=0, max=1, help="This share of the text's words."),
]


def summarize(  # noqa: PLR0913  a command's parameters are its options
    texts: options.TextsArgument = None,
    *,
    files: FilesOption = None,
    sentences: SentencesOption = None,
    words: WordsOption = None,
    ratio: RatioOption = None,
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
    """Summarize texts, by a running service or, with --local, in this process."""
    options.check_engine(engine, local=local)
    options.check_explain(explain=explain, as_json=as_json)
    length = _length(sentences, words, ratio)
    given = texts_of_files(files) if files else texts_to_answer(texts, document=document)
    if local:
        task = local_task("summarization", model=model, store=model_store, engine=engine)
        found = answered(
            given, lambda some: task.answer([SummaryItem(t, length, explain) for t in some])
        )
        print_summaries(found, as_json=as_json)
        return
    with client_of(server, timeout_seconds) as client:
        replies = answered(
            given,
            lambda some: answers(
                client.summarize(some, explain=explain, model=model, **asdict(length))
            ),
        )
        print_summaries(replies, as_json=as_json)


def _length(sentences: int | None, words: int | None, ratio: float | None) -> SummaryLength:
    if sum(asked is not None for asked in (sentences, words, ratio)) > 1:
        raise typer.BadParameter("give only one of --sentences, --words and --ratio")
    length = SummaryLength(sentences, words, ratio)
    length.check()
    return length
