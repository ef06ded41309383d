"""`salience detect`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from salience.cli import options
from salience.cli.answering import answered, local_task
from salience.cli.classify import ImagesArgument, read_files, size_of_file
from salience.cli.connection import client_of
from salience.cli.printing import print_objects
from salience.client import answers
from salience.errors import ServingError
from salience.tasks.detection_item import DEFAULT_MIN_SCORE, DetectionItem
from salience.v1.images_pb2 import Detection

MinScoreOption = Annotated[
    float, typer.Option(metavar="P", min=0, max=1, help="How certain an object must be.")
]


def detect(  # noqa: PLR0913  a command's parameters are its options
    images: ImagesArgument,
    *,
    min_score: MinScoreOption = DEFAULT_MIN_SCORE,
    explain: options.ExplainOption = False,
    as_json: options.JsonOption = False,
    model: options.ModelOption = "",
    server: options.ServerOption = options.DEFAULT_SERVER,
    timeout_seconds: options.TimeoutOption = options.DEFAULT_TIMEOUT_SECONDS,
    local: options.LocalOption = False,
    model_store: options.ModelStoreOption = options.DEFAULT_MODEL_STORE,
    engine: options.EngineOption = None,
) -> None:
    """Find objects in images, by a running service or, with --local, in this process.

    One line an object: file, label, score and box (left, top, width, height in pixels).
    """
    options.check_engine(engine, local=local)
    options.check_explain(explain=explain, as_json=as_json)
    if local:
        task = local_task("object_detection", model=model, store=model_store, engine=engine)

        def found_here(files: Sequence[Path]) -> list[Detection | ServingError]:
            return task.answer(
                [DetectionItem(one, min_score, explain) for one in read_files(files)]
            )

        print_objects(answered(images, found_here, size_of=size_of_file), images, as_json=as_json)
        return
    with client_of(server, timeout_seconds) as client:

        def found(files: Sequence[Path]) -> list[Detection | ServingError]:
            reply = client.detect_objects(
                read_files(files), min_score=min_score, explain=explain, model=model
            )
            return answers(reply)

        print_objects(answered(images, found, size_of=size_of_file), images, as_json=as_json)
