"""The proto3 JSON form of messages, and what is wrong with JSON from strangers."""

import json
import re
from functools import cache
from itertools import islice
from typing import Any, cast

from google.protobuf import json_format
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from salience.errors import InputTooLong, InvalidInput
from salience.gateway.json_faults import brief, fault_of

# Far above any model's `max_items`: a longer list would only keep the event loop busy.
_MAX_LIST = 10_000

# Above that of any request: `{},` takes thirty times its length in memory.
_MAX_TOKENS = 200_000
_OPENING = (b"[", b"{", b",")
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{,]', re.DOTALL)
"""A string, or what comes before a value."""

# Protobuf's own takes seven times as long for a long text, and nothing else runs meanwhile. It
# looks for halves without the other, and JSON's parser has put those that belong together together.
json_format._UNPAIRED_SURROGATE_PATTERN = re.compile("[\ud800-\udfff]")  # type: ignore[attr-defined]


def to_json(message: Message) -> str:
    """On one line, with the names and in the order of the proto, and with zero values."""
    fields = json_format.MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    return json.dumps(_in_order(fields, cast(Descriptor, message.DESCRIPTOR)), ensure_ascii=False)


def from_json(message_type: type[Message], body: bytes) -> Message:
    """The message in a body. Raises InvalidInput that names the field at fault."""
    return from_fields(message_type, json_object(body))


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body. Raises InvalidInput."""
    _require_few_values(body)
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise InvalidInput(f"the body is not valid UTF-8 at byte {error.start}") from None
    if text.lstrip()[:1] != "{":
        raise InvalidInput("the body is not a JSON object")
    try:
        fields: dict[str, Any] = json.loads(text, object_pairs_hook=_distinct)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"the body is not valid JSON: {brief(str(error))}") from None
    return fields


def _require_few_values(body: bytes) -> None:
    """Commas in texts are looked at only when there are very many."""
    if sum(map(body.count, _OPENING)) <= _MAX_TOKENS:
        return
    tokens = islice(_TOKEN.finditer(body), _MAX_TOKENS + 1)
    if sum(1 for _ in tokens) > _MAX_TOKENS:
        raise InputTooLong(f"the body has more than {_MAX_TOKENS} strings and other values")


def from_fields(message_type: type[Message], fields: dict[str, Any]) -> Message:
    """The message of the JSON values of its fields. Raises InvalidInput as `from_json`."""
    for name, value in fields.items():
        if isinstance(value, list) and len(value) > _MAX_LIST:
            message = f"there are {len(value)} {name}; no model takes more than {_MAX_LIST}"
            raise InputTooLong(message, field=name)
    try:
        return json_format.ParseDict(fields, message_type())
    except json_format.ParseError as error:
        raise fault_of(str(error), cast(Descriptor, message_type.DESCRIPTOR)) from None


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            raise ValueError(f"duplicate key {name}")
        fields[name] = value
    return fields


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
