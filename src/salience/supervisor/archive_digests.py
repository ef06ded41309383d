"""The archives that an operator trusts, by their SHA-256."""

import re
from pathlib import Path

from salience.supervisor.preflight import CannotServe

_LINE = re.compile(r"([0-9a-f]{64}) [ *].+")


def read_digests(file: Path) -> frozenset[str]:
    """Those in a file as `sha256sum *.mar` writes it.

    Raises:
        CannotServe: it cannot be read, or has another line.
    """
    try:
        lines = file.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CannotServe(f"the file of digests {file} cannot be read") from error
    found = [_LINE.fullmatch(line) for line in lines]
    if not all(found):
        raise CannotServe(f"{file} is not a file of digests: write it with `sha256sum *.mar`")
    return frozenset(line[1] for line in found if line)
