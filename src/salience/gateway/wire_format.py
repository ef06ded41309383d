"""Reading protobuf messages from strangers, and saying which field is wrong."""

from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)
from google.protobuf.descriptor_pool import Default, DescriptorPool
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass

from salience.errors import InvalidInput
from salience.gateway.wire_values import not_a, require_few_values


def parse_message(message_type: type[Message], data: bytes) -> Message:
    """The message in `data`.

    Raises InputTooLong for one of too many values, InvalidInput that names a string that is
    not UTF-8.
    """
    require_few_values(message_type, data)
    try:
        return message_type.FromString(data)
    except DecodeError:
        raise _fault(message_type, data) from None


def _fault(message_type: type[Message], data: bytes) -> InvalidInput:
    try:
        lenient = _lenient_twin(message_type).FromString(data)
    except DecodeError:
        return not_a(message_type)
    field = _path_of_bad_text(lenient)
    return InvalidInput(f"{field or 'a string'} is not valid UTF-8", field=field)


def _lenient_twin(message_type: type[Message]) -> type[Message]:
    """The same message with every string as bytes."""
    pool = DescriptorPool()
    _add_lenient(pool, message_type.DESCRIPTOR.file.name, set())
    return GetMessageClass(pool.FindMessageTypeByName(message_type.DESCRIPTOR.full_name))


def _add_lenient(pool: DescriptorPool, file_name: str, added: set[str]) -> None:
    if file_name in added:
        return
    added.add(file_name)
    proto = FileDescriptorProto()
    Default().FindFileByName(file_name).CopyToProto(proto)
    for dependency in proto.dependency:
        _add_lenient(pool, dependency, added)
    for message in proto.message_type:
        _make_lenient(message)
    pool.Add(proto)


def _make_lenient(message: DescriptorProto) -> None:
    if message.options.map_entry:  # A key cannot be bytes.
        return
    for field in message.field:
        if field.type == FieldDescriptorProto.TYPE_STRING:
            field.type = FieldDescriptorProto.TYPE_BYTES
            field.ClearField("default_value")
    for nested in message.nested_type:
        _make_lenient(nested)


def _path_of_bad_text(message: Message) -> str:
    for field, value in message.ListFields():
        for path, item in _values(field, value):
            if field.type == FieldDescriptor.TYPE_BYTES and not _is_utf8(item):
                return path
            if field.type == FieldDescriptor.TYPE_MESSAGE:
                inner = _path_of_bad_text(item)
                if inner:
                    return f"{path}.{inner}"
    return ""


def _values(field: FieldDescriptor, value: Any) -> Iterator[tuple[str, Any]]:
    """Each value of a field with its path."""
    if not field.is_repeated:
        yield field.name, value
    elif field.message_type and field.message_type.GetOptions().map_entry:
        for key in value:
            yield f"{field.name}[{key!s:.60}]", value[key]
    else:
        for index, item in enumerate(value):
            yield f"{field.name}[{index}]", item


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
