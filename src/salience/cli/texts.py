"""Where the texts of a command come from."""

import sys
from collections.abc import Sequence
from pathlib import Path

from salience.errors import InvalidInput


def texts_to_answer(arguments: Sequence[str] | None, *, document: bool) -> list[str]:
    """The arguments, each a text; without any, standard input.

    A line of standard input is a text, unless it is to be one `document`. Empty lines
    stay: each has its place, and its error, in the output.
    """
    texts = list(arguments) if arguments else _standard_input(document=document)
    if not texts:
        raise InvalidInput("there is no text: give some as arguments or on standard input")
    return texts


def texts_of_files(files: Sequence[Path]) -> list[str]:
    """Each file a text."""
    return [_decoded(file.read_bytes(), str(file)) for file in files]


def _standard_input(*, document: bool) -> list[str]:
    content = _decoded(sys.stdin.buffer.read(), "standard input")
    if document:
        return [content] if content else []
    lines = content.split("\n")
    return lines if lines[-1] else lines[:-1]


def _decoded(content: bytes, source: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{source} is not UTF-8 at byte {error.start}") from error
