"""The file of keys."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from salience.gateway.access.key_record import KeyRecord
from salience.gateway.first_fault import first_fault


class BadKeyFile(Exception):
    """The file of keys cannot be read; the message says why, and shows nothing of it."""


class KeyFile(BaseModel):
    """All of the file. A key that is not in it is not valid."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    keys: tuple[KeyRecord, ...] = ()

    @model_validator(mode="after")
    def _ids_differ(self) -> "KeyFile":
        if len({record.id for record in self.keys}) < len(self.keys):
            raise ValueError("two keys have the same id")
        return self


def read_keys(path: Path) -> KeyFile:
    """What the file says. Raises BadKeyFile."""
    try:
        return KeyFile.model_validate_json(path.read_bytes())
    except OSError as error:
        raise BadKeyFile(f"the file of keys cannot be read: {error.strerror}") from None
    except ValidationError as error:
        raise BadKeyFile(f"the file of keys is wrong: {first_fault(error)}") from None


def write_keys(path: Path, content: KeyFile) -> None:
    """Replace the file, which only its owner may read; readers see the old or the new one."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".keys-", delete=False) as file:
        new = Path(file.name)  # Made with the mode 0600.
        try:
            file.write(content.model_dump_json(indent=2).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
            new.replace(path)
        except BaseException:
            new.unlink(missing_ok=True)
            raise


@contextmanager
def editing(path: Path) -> Iterator[None]:
    """Alone among those who change files in that folder: a revocation must not be lost."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
