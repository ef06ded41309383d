"""`salience keys`."""

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError

from salience.cli.exit_codes import FAILED
from salience.cli.table import print_table
from salience.gateway.access.api_key import ApiKey
from salience.gateway.access.key_file import (
    BadKeyFile,
    KeyFile,
    editing,
    read_keys,
    write_keys,
)
from salience.gateway.access.key_record import KeyRecord
from salience.gateway.access.secret_hash import SALT_BYTES, secret_hash
from salience.gateway.first_fault import first_fault

keys = typer.Typer(help="Make, list and revoke the API keys of a service.", no_args_is_help=True)

FileOption = Annotated[
    Path,
    typer.Option("--file", envvar="SALIENCE_API_KEYS", help="The file of keys.", dir_okay=False),
]
TasksOption = Annotated[
    list[str] | None, typer.Option("--task", help="Only for this task; again for more.")
]
ModelsOption = Annotated[
    list[str] | None, typer.Option("--model", help="Only for this model; again for more.")
]
HEADER = ("id", "name", "tasks", "models", "calls/s", "in flight", "created")


@keys.command()
def create(  # noqa: PLR0913  a command's parameters are its options
    name: Annotated[str, typer.Argument(help="Whose it is, for you to know.")],
    file: FileOption,
    *,
    tasks: TasksOption = None,
    models: ModelsOption = None,
    calls_per_second: Annotated[float | None, typer.Option(help="No more than these.")] = None,
    max_in_flight: Annotated[int | None, typer.Option(help="No more calls at a time.")] = None,
    admin: Annotated[bool, typer.Option("--admin", help="For every task and model.")] = False,
) -> None:
    """Make a key, and print it: it cannot be shown again."""
    key, salt = ApiKey.new(), secrets.token_bytes(SALT_BYTES)
    try:
        record = KeyRecord(
            id=key.id,
            name=name,
            salt=salt.hex(),
            scrypt=secret_hash(key.secret, salt).hex(),
            tasks=tuple(tasks or ()),
            models=tuple(models or ()),
            admin=admin,
            calls_per_second=calls_per_second,
            max_calls_in_flight=max_in_flight,
            created=datetime.now(UTC),
        )
    except ValidationError as error:
        raise typer.BadParameter(first_fault(error)) from None
    with editing(file):
        write_keys(file, KeyFile(keys=(*_records(file, may_be_missing=True), record)))
    typer.echo(key.text())


@keys.command("list")
def list_keys(file: FileOption) -> None:
    """Show the keys there are, without their secrets."""
    print_table(HEADER, [_row(record) for record in _records(file)])


@keys.command()
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="The part after `salience_`.")],
    file: FileOption,
) -> None:
    """Make a key invalid, at once and without a restart."""
    with editing(file):
        records = _records(file)
        kept = tuple(record for record in records if record.id != key_id)
        if len(kept) == len(records):
            _fail(f"there is no key {key_id[:20]!r}")
        write_keys(file, KeyFile(keys=kept))
    typer.echo(f"{key_id} is revoked")


def _records(file: Path, *, may_be_missing: bool = False) -> tuple[KeyRecord, ...]:
    if may_be_missing and not file.exists():
        return ()
    try:
        return read_keys(file).keys
    except BadKeyFile as error:
        _fail(str(error))


def _row(record: KeyRecord) -> tuple[str, ...]:
    limits = (record.calls_per_second, record.max_calls_in_flight)
    return (
        record.id,
        record.name,
        "admin" if record.admin else ", ".join(record.tasks) or "all",
        "" if record.admin else ", ".join(record.models) or "all",
        *("" if limit is None else f"{limit:g}" for limit in limits),
        f"{record.created:%Y-%m-%d}",
    )


def _fail(message: str) -> NoReturn:
    typer.echo(f"salience: {message}", err=True)
    raise typer.Exit(FAILED)
