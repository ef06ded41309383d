"""What protobuf finds wrong with JSON, for people: the field, what it should be, and no value."""

import re
from typing import cast

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from salience.errors import InvalidInput

_FIELDS = re.compile(r"(?:Failed to parse \w+ field: )*")
_FIELD = re.compile(r"parse (\w+) field: ")
_UNKNOWN = re.compile(
    r'Message type "([\w.]+)" has no field named "(.*?)" at "\w+(?:\.(.*?))?"', re.DOTALL
)
_SEVERAL = re.compile(r'Message type .* multiple "(\w+)" oneof fields')
_PLACE = re.compile(r" at \w+\.([\w.\[\]]+)$")
_NO_LIST = re.compile(r"repeated field \w+ must be in \[\]")
_PLAIN = re.compile(
    r"Value out of range|Unpaired surrogate|null is not allowed|Float value|Message too deep"
)
"""What protobuf says well enough."""

_WANTED = {
    FieldDescriptor.CPPTYPE_INT32: "a whole number",
    FieldDescriptor.CPPTYPE_INT64: "a whole number",
    FieldDescriptor.CPPTYPE_UINT32: "a whole number",
    FieldDescriptor.CPPTYPE_UINT64: "a whole number",
    FieldDescriptor.CPPTYPE_FLOAT: "a number",
    FieldDescriptor.CPPTYPE_DOUBLE: "a number",
    FieldDescriptor.CPPTYPE_BOOL: "true or false",
    FieldDescriptor.CPPTYPE_STRING: "a text",
}


def fault_of(message: str, descriptor: Descriptor) -> InvalidInput:
    """The error for a ParseError's message about a message that `descriptor` describes."""
    prefix = cast(re.Match[str], _FIELDS.match(message))[0]
    reason = message[len(prefix) :].rstrip(".")
    if unknown := _UNKNOWN.match(reason):
        parent = descriptor.file.pool.FindMessageTypeByName(unknown[1])
        return no_such_field(unknown[2], parent, place=unknown[3])
    if several := _SEVERAL.match(reason):
        names = [field.name for field in descriptor.oneofs_by_name[several[1]].fields]
        return InvalidInput(f"give only one of {', '.join(names)}", field=several[1])
    found = _PLACE.search(reason)
    place = found[1] if found else ".".join(_FIELD.findall(prefix))
    field = _field_at(place, descriptor)
    if field is None or _PLAIN.match(reason):
        return InvalidInput(brief(_PLACE.sub("", reason)), field=place)
    return InvalidInput(_expectation(place, field, reason), field=place)


def no_such_field(name: str, message: Descriptor, place: str | None = None) -> InvalidInput:
    """The error for a field that a message, which stands at `place`, has not."""
    name, known = name[:60], ", ".join(field.name for field in message.fields)
    return InvalidInput(
        f"there is no field {name!r}; there are {known}", field=f"{place}.{name}" if place else name
    )


def brief(reason: str) -> str:
    """The beginning of what may be long."""
    reason = reason.strip().rstrip(".")
    return reason if len(reason) <= 200 else f"{reason[:200]}…"


def _field_at(place: str, message: Descriptor | None) -> FieldDescriptor | None:
    field = None
    for name in re.sub(r"\[\d+\]", "", place).split("."):
        if message is None:
            return None
        field = message.fields_by_name.get(name) or message.fields_by_camelcase_name.get(name)
        message = field.message_type if field else None
    return field


def _expectation(place: str, field: FieldDescriptor, reason: str) -> str:
    if _NO_LIST.match(reason):
        return f"{place} is not a list"
    wanted = _WANTED.get(field.cpp_type, f"as {field.name} should be")
    if field.type == FieldDescriptor.TYPE_BYTES:
        wanted = "Base64"
    is_element = field.is_repeated and not place.endswith("]")
    return f"{f'an element of {place}' if is_element else place} is not {wanted}"
