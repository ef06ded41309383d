"""What pydantic found wrong, for people."""

from pydantic import ValidationError


def first_fault(error: ValidationError) -> str:
    """The first fault in a line, which shows nothing of the input."""
    first = error.errors(include_input=False, include_context=False, include_url=False)[0]
    place = ".".join(map(str, first["loc"]))
    message = first["msg"].removeprefix("Value error, ")
    return f"{place}: {message}" if place else message
