"""Counting the values of a serialized message before protobuf makes objects of them."""

from collections.abc import Iterator
from typing import cast

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from salience.errors import InputTooLong, InvalidInput

MOST_VALUES = 10_000
"""Of a message, in all: far above what any model takes, and more would hold up all callers."""

_VARINT, _FIXED64, _LENGTH_DELIMITED, _FIXED32 = 0, 1, 2, 5
_FIXED_BYTES = {_FIXED64: 8, _FIXED32: 4}
_LONGEST_VARINT = 10
_NEVER_PACKED = {
    FieldDescriptor.TYPE_STRING,
    FieldDescriptor.TYPE_BYTES,
    FieldDescriptor.TYPE_MESSAGE,
}


def require_few_values(message_type: type[Message], data: bytes) -> None:
    """Raise InputTooLong for more than `MOST_VALUES`, InvalidInput for what is no message.

    Looks at no more of `data` than that many values, however long it is.
    """
    message = cast(Descriptor, message_type.DESCRIPTOR)
    try:
        for number, field in enumerate(_values(message, data, 0, len(data))):
            if number == MOST_VALUES:
                raise InputTooLong(
                    f"there are more than {MOST_VALUES} values; no model takes as many",
                    field=field.name if field else "",
                )
    except (ValueError, IndexError):
        raise not_a(message_type) from None


def not_a(message_type: type[Message]) -> InvalidInput:
    """What is wrong with bytes that are no such message."""
    return InvalidInput(f"the request is not a serialized {message_type.DESCRIPTOR.full_name}")


def _values(
    message: Descriptor, data: bytes, start: int, end: int
) -> Iterator[FieldDescriptor | None]:
    """The field of each value in a part of `data`, once more for each value inside it.

    Raises ValueError or IndexError where protobuf would not read on.
    """
    while start < end:
        tag, start = _varint(data, start)
        field = message.fields_by_number.get(tag >> 3)
        yield field
        inner, start = _extent(data, start, tag & 7)
        if start > end:
            raise ValueError("a value is longer than what it is part of")
        if field and tag & 7 == _LENGTH_DELIMITED:
            for _ in _inner_values(field, data, inner, start):
                yield field


def _inner_values(field: FieldDescriptor, data: bytes, start: int, end: int) -> Iterator[object]:
    """One for each value of a message; for packed numbers as many as there are at least."""
    if field.message_type:
        return _values(field.message_type, data, start, end)
    if field.is_repeated and field.type not in _NEVER_PACKED:
        return iter(range((end - start) // _LONGEST_VARINT))
    return iter(())


def _extent(data: bytes, start: int, wire_type: int) -> tuple[int, int]:
    """Where a value begins, behind its length, and where it ends."""
    if wire_type == _LENGTH_DELIMITED:
        length, start = _varint(data, start)
        return start, start + length
    if wire_type == _VARINT:
        return start, _varint(data, start)[1]
    if wire_type not in _FIXED_BYTES:  # Groups, which proto3 does not have.
        raise ValueError("there is no such wire type")
    return start, start + _FIXED_BYTES[wire_type]


def _varint(data: bytes, start: int) -> tuple[int, int]:
    """A number, and where it ends."""
    value = 0
    for place in range(_LONGEST_VARINT):
        byte = data[start + place]
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value, start + place + 1
    raise ValueError("a number has more than ten bytes")
