"""The proto3 JSON form of messages, and what is wrong with JSON from strangers."""

import re

from google.protobuf import json_format
from google.protobuf.message import Message

from salience.errors import InvalidInput

_UNKNOWN = re.compile(r'has no field named "(.*?)" at "\w+(?:\.(.*?))?"', re.DOTALL)
_PLACE = re.compile(r" at \w+\.([\w.\[\]]+?)\.?$")
_FIELD = re.compile(r"Failed to parse (\w+) field: ")


def to_json(message: Message) -> str:
    """On one line, with the names of the proto and with zero values."""
    return json_format.MessageToJson(
        message,
        preserving_proto_field_name=True,
        always_print_fields_with_no_presence=True,
        indent=None,
        ensure_ascii=False,
    )


def from_json(message_type: type[Message], body: bytes) -> Message:
    """The message in a body. Raises InvalidInput that names the field at fault."""
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise InvalidInput(f"the body is not valid UTF-8 at byte {error.start}") from None
    if text.lstrip()[:1] != "{":
        raise InvalidInput("the body is not a JSON object")
    try:
        return json_format.Parse(text, message_type())
    except json_format.ParseError as error:
        raise _fault(str(error)) from None


def _fault(message: str) -> InvalidInput:
    unknown = _UNKNOWN.search(message)
    if unknown:
        name, parent = unknown[1][:60], unknown[2]
        field = f"{parent}.{name}" if parent else name
        return InvalidInput(f"there is no field {name!r}", field=field)
    field_match = _FIELD.search(message)
    if field_match is None:
        return InvalidInput(
            f"the body is not valid JSON: {_brief(message.rpartition('JSON: ')[2])}"
        )
    place = _PLACE.search(message)
    field = place[1] if place else field_match[1]
    return InvalidInput(_brief(_PLACE.sub("", message[field_match.end() :])), field=field)


def _brief(reason: str) -> str:
    reason = reason.strip().rstrip(".")
    return reason if len(reason) <= 200 else f"{reason[:200]}…"
