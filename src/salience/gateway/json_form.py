"""The proto3 JSON form of messages, and what is wrong with JSON from strangers."""

import json
import re
from functools import cache
from typing import Any, cast

from google.protobuf import json_format
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from salience.errors import InvalidInput

_UNKNOWN = re.compile(r'has no field named "(.*?)" at "\w+(?:\.(.*?))?"', re.DOTALL)
_PLACE = re.compile(r" at \w+\.([\w.\[\]]+?)\.?$")
_FIELD = re.compile(r"Failed to parse (\w+) field: ")


def to_json(message: Message) -> str:
    """On one line, with the names and in the order of the proto, and with zero values."""
    fields = json_format.MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    return json.dumps(_in_order(fields, cast(Descriptor, message.DESCRIPTOR)), ensure_ascii=False)


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


def _in_order(fields: dict[str, Any], message: Descriptor) -> dict[str, Any]:
    """The same with the fields as the proto declares them: protobuf puts zero values last."""
    return {
        name: _value_in_order(fields[name], inner)
        for name, inner in _declared(message)
        if name in fields
    }


def _value_in_order(value: Any, message: Descriptor | None) -> Any:
    if message is None:
        return value
    if isinstance(value, list):
        return [_value_in_order(item, message) for item in value]
    return _in_order(value, message) if isinstance(value, dict) else value


@cache
def _declared(message: Descriptor) -> list[tuple[str, Descriptor | None]]:
    """The fields by name, with the message of those whose JSON form is made of its fields."""
    return [
        (field.name, field.message_type if _has_fields(field) else None) for field in message.fields
    ]


def _has_fields(field: FieldDescriptor) -> bool:
    inner = field.message_type
    return inner is not None and not (
        inner.GetOptions().map_entry or inner.full_name == AnyMessage.DESCRIPTOR.full_name
    )


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
