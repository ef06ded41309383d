"""Messages sent as multipart/form-data, as browsers and `curl -F` send files.

A part is a field of the message: one of files has as many parts as files, any other a
single one with its value as text.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias, cast

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from salience.errors import InputTooLong, InvalidInput
from salience.gateway.held_body import hold_body
from salience.gateway.held_bytes import Hold
from salience.gateway.json_faults import no_such_field
from salience.gateway.json_form import from_fields

_MAX_PARTS = 1000
_CHUNK_BYTES = 2**16
_BOOLEANS = {"true": True, "false": False}


class Part(NamedTuple):
    """A field's name and what was sent for it."""

    name: str
    content: bytes


Form: TypeAlias = Sequence[Part]


async def read_form(request: web.Request, hold: Hold) -> Form:
    """The parts of a request's body. Raises InvalidInput for what is no form."""
    try:
        return await _read_parts(request, hold)
    except (ValueError, RuntimeError, HttpProcessingError) as error:
        raise InvalidInput("the body is not a valid multipart form") from error


async def _read_parts(request: web.Request, hold: Hold) -> list[Part]:
    parts: list[Part] = []
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader):
            raise InvalidInput("a form within the form is not read")
        if len(parts) == _MAX_PARTS:
            raise InputTooLong(f"the form has more than {_MAX_PARTS} parts")
        parts.append(Part(part.name or "", await _content(request, part, hold)))
    return parts


async def _content(request: web.Request, part: BodyPartReader, hold: Hold) -> bytes:
    content = bytearray()
    while not part.at_eof():
        content += await part.read_chunk(_CHUNK_BYTES)
        hold_body(request, hold)
    return bytes(content)


def from_form(message_type: type[Message], form: Form) -> Message:
    """The message of a form. Raises InvalidInput that names the field at fault."""
    descriptor = cast(Descriptor, message_type.DESCRIPTOR)
    known = {**descriptor.fields_by_camelcase_name, **descriptor.fields_by_name}
    values: dict[str, Any] = {}
    files: dict[str, list[bytes]] = {}
    for name, content in form:
        field = known.get(name)
        if field is None:
            raise no_such_field(name, descriptor)
        if field.type == FieldDescriptor.TYPE_BYTES:
            files.setdefault(field.name, []).append(content)
        elif name in values:
            raise InvalidInput(f"{name[:60]} is there twice", field=name[:60])
        else:
            is_boolean = field.type == FieldDescriptor.TYPE_BOOL
            values[name] = _value(name, content, is_boolean=is_boolean)
    message = from_fields(message_type, values)
    for name, contents in files.items():
        getattr(message, name).extend(contents)
    return message


def _value(name: str, content: bytes, *, is_boolean: bool) -> Any:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise InvalidInput(f"{name[:60]} is not valid UTF-8", field=name[:60]) from None
    return _BOOLEANS.get(text, text) if is_boolean else text
