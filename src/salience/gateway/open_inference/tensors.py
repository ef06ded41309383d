"""Tensors of the datatype BYTES: texts, or images, one after the other."""

import math
import struct
from collections.abc import Iterator, Sequence
from itertools import islice

from salience.errors import InputTooLong, InvalidInput
from salience.gateway.wire_values import MOST_VALUES

DATATYPE = "BYTES"

_MOST_DIMENSIONS = 32
"""The product of a shape as long as a message may be takes minutes."""

_LENGTH = struct.Struct("<I")


def packed(elements: Sequence[bytes]) -> bytes:
    """The raw form: every element behind its length, in four bytes, the lowest first."""
    return b"".join(_LENGTH.pack(len(element)) + element for element in elements)


def unpacked(raw: bytes, *, field: str) -> list[bytes]:
    """The elements of a raw form.

    Raises InvalidInput, or InputTooLong for too many, that names the tensor's field.
    """
    elements = list(islice(_elements(raw, field), MOST_VALUES + 1))
    if len(elements) > MOST_VALUES:
        message = f"there are more than {MOST_VALUES} elements; no model takes as many"
        raise InputTooLong(message, field=field)
    return elements


def check_shape(shape: Sequence[int], num_elements: int, *, field: str) -> None:
    """Raise InvalidInput unless a tensor of that shape has so many elements."""
    if len(shape) > _MOST_DIMENSIONS:
        raise InvalidInput(f"a shape has at most {_MOST_DIMENSIONS} dimensions", field=field)
    if math.prod(shape) != num_elements or any(length < 0 for length in shape):
        sizes = ", ".join(map(str, shape))
        message = f"the shape [{sizes[:60]}] is not that of {num_elements} elements"
        raise InvalidInput(message, field=field)


def _elements(raw: bytes, field: str) -> Iterator[bytes]:
    start = 0
    while start < len(raw):
        body = start + _LENGTH.size
        if body > len(raw):
            raise _broken(field)
        end = body + _LENGTH.unpack_from(raw, start)[0]
        if end > len(raw):
            raise _broken(field)
        yield raw[body:end]
        start = end


def _broken(field: str) -> InvalidInput:
    return InvalidInput("an element is longer than what is left of the raw bytes", field=field)
