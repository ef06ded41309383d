"""Which data was read."""

import hashlib
from pathlib import Path

from salience.errors import InvalidInput


def sha256_of(path: Path) -> str:
    """Of a file's bytes; of a folder, over the path and the SHA-256 of each file in it.

    Raises InvalidInput when there is neither.
    """
    if not path.exists():
        raise InvalidInput(f"there is no {path}")
    if not path.is_dir():
        with path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    files = sorted(file for file in path.rglob("*") if file.is_file())
    lines = (f"{sha256_of(file)}  {file.relative_to(path).as_posix()}\n" for file in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
