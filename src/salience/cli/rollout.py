"""`salience rollout`."""

from pathlib import Path
from typing import Annotated

import typer

from salience.cli.exit_codes import FAILED
from salience.gateway.rollout.rollout_file import (
    BadRolloutFile,
    Rollout,
    RolloutFile,
    read_rollouts,
    write_rollouts,
)


def rollout(  # noqa: PLR0913  a command's parameters are its options
    model: Annotated[str, typer.Argument(help="The model that is called, such as entities-en.")],
    file: Annotated[
        Path,
        typer.Option("--file", envvar="SALIENCE_ROLLOUTS", help="Which gateways follow."),
    ],
    *,
    candidate: Annotated[
        str | None, typer.Option("--to", help="The model that may come in its place.")
    ] = None,
    percent: Annotated[
        float | None, typer.Option(min=0, max=100, help="Of the calls, for the candidate.")
    ] = None,
    shadow: Annotated[
        bool | None, typer.Option(help="Ask the candidate beside, and compare.")
    ] = None,
    promote: Annotated[bool, typer.Option("--promote", help="All calls, no shadow.")] = False,
    roll_back: Annotated[bool, typer.Option("--roll-back", help="No call, no shadow.")] = False,
) -> None:
    """Share the calls of a model with a candidate; without options, show how they are shared.

    What is not said stays as it was. Gateways follow at once.
    """
    given = {"candidate": candidate, "percent": percent, "shadow": shadow}
    changes = {name: value for name, value in given.items() if value is not None}
    if promote + roll_back + bool(changes) > 1:
        raise typer.BadParameter("--promote and --roll-back come alone")
    if promote or roll_back:
        changes = {"percent": 100.0 if promote else 0.0, "shadow": False}
    if model == candidate:
        raise typer.BadParameter("a model is not its own candidate")
    try:
        rollouts = read_rollouts(file).rollouts
        if changes:
            rollouts = {**rollouts, model: _changed(rollouts.get(model), changes)}
            write_rollouts(file, RolloutFile(rollouts=rollouts))
    except (BadRolloutFile, OSError) as error:
        typer.echo(f"salience: {error}", err=True)
        raise typer.Exit(FAILED) from error
    typer.echo(_described(model, rollouts.get(model)))


def _changed(before: Rollout | None, changes: dict[str, str | float]) -> Rollout:
    if before is None and "candidate" not in changes:
        raise typer.BadParameter("name the candidate: --to MODEL")
    known = before.model_dump() if before else {}
    return Rollout.model_validate(known | changes)


def _described(model: str, now: Rollout | None) -> str:
    if now is None:
        return f"{model} answers all its calls"
    shadow = ", and is asked in the shadow of the others" if now.shadow else ""
    return f"{model}: {now.candidate} answers {now.percent:g} % of its calls{shadow}"
