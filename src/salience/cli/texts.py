"""Where the texts of a command come from."""

import sys
from collections.abc import Sequence

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


def _standard_input(*, document: bool) -> list[str]:
    try:
        content = sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise InvalidInput(f"standard input is not UTF-8 at byte {error.start}") from error
    if document:
        return [content] if content else []
    lines = content.split("\n")
    return lines if lines[-1] else lines[:-1]
