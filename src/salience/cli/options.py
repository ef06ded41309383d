"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

TextsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="TEXT", help="Texts; without any, lines of standard input."),
]
DocumentOption = Annotated[
    bool, typer.Option("--document", help="Standard input is one text, not one a line.")
]
LocalOption = Annotated[
    bool, typer.Option("--local", help="Run the model in this process; no server is needed.")
]
ServerOption = Annotated[
    str,
    typer.Option(
        "--server", envvar="SALIENCE_SERVER", metavar="ADDRESS", help="Where the service listens."
    ),
]
ModelOption = Annotated[
    str, typer.Option("--model", metavar="NAME", help="A model by name.", show_default=False)
]
EngineOption = Annotated[
    str | None,
    typer.Option("--engine", help="With --local: pytorch, onnxruntime-int8 or ctranslate2-int8."),
]
TimeoutOption = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", min=0.001, help="For each call.")
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="One JSON object a text, as the service's HTTP sends it.")
]
ExplainOption = Annotated[
    bool, typer.Option("--explain", help="With --json: tell where the model looked.")
]
ModelStoreOption = Annotated[
    Path,
    typer.Option(
        "--model-store", envvar="SALIENCE_MODEL_STORE", help="The folder that holds the models."
    ),
]
DataOption = Annotated[
    Path,
    typer.Option(
        "--data", metavar="DIR", exists=True, file_okay=False, help="The folder of the corpora."
    ),
]
DEFAULT_SERVER = "localhost:8001"
DEFAULT_MODEL_STORE = Path("model_store")
DEFAULT_TIMEOUT_SECONDS = 30.0


def check_explain(*, explain: bool, as_json: bool) -> None:
    """What the model looked at is too much for a line."""
    if explain and not as_json:
        raise typer.BadParameter("--explain needs --json")


def check_engine(engine: str | None, *, local: bool) -> None:
    """A service has chosen its engines; only --local leaves a choice."""
    if engine is not None and not local:
        raise typer.BadParameter("--engine needs --local: a service has chosen its engines")
