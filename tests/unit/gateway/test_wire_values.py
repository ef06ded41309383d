"""Messages of strangers: however many values they have, few are looked at."""

from collections.abc import Iterator

import pytest
from google.protobuf.message import Message
from hypothesis import given
from hypothesis import strategies as st

from salience.errors import InputTooLong, InvalidInput
from salience.gateway.open_inference.tensors import check_shape, unpacked
from salience.gateway.wire_format import parse_message
from salience.gateway.wire_values import MOST_VALUES, require_few_values
from salience.v1.open_inference.inference_pb2 import ModelInferRequest
from salience.v1.translation_pb2 import TranslateRequest

MANY = 50 * MOST_VALUES
EMPTY_TEXT = b"\x0a\x00"
NOT_UTF8 = b"\x0a\x01\xff"
UNKNOWN_NUMBER = b"\x78\x01"
A_GROUP = b"\x7b\x7c"


class CountedBytes(bytes):
    """Counts how many of them are looked at one by one."""

    num_looked_at = 0

    def __getitem__(self, place):  # type: ignore[no-untyped-def]  # an overload
        self.num_looked_at += 1
        return super().__getitem__(place)


def field(number: int, value: bytes) -> bytes:
    """A field of bytes, of a string or of a message."""
    length = len(value)
    groups = [length >> 7 * place & 0x7F for place in range(max(1, (length.bit_length() + 6) // 7))]
    varint = bytes([*(group | 0x80 for group in groups[:-1]), groups[-1]])
    return bytes([number << 3 | 2]) + varint + value


@pytest.mark.parametrize(
    ("request_type", "data", "place"),
    [
        (TranslateRequest, EMPTY_TEXT * MANY, "texts"),
        (TranslateRequest, EMPTY_TEXT * MANY + NOT_UTF8, "texts"),
        (TranslateRequest, UNKNOWN_NUMBER * MANY, None),
        (ModelInferRequest, field(5, field(3, b"\x01" * MANY)), "inputs"),
        (ModelInferRequest, field(5, field(5, b"\x42\x00" * MANY)), "inputs"),
        (ModelInferRequest, field(4, field(1, b"a")) * MANY, "parameters"),
    ],
    ids=["texts", "one of them not UTF-8", "unknown", "packed numbers", "elements", "parameters"],
)
def test_of_very_many_values_few_are_looked_at(
    request_type: type[Message], data: bytes, place: str | None
) -> None:
    counted = CountedBytes(data)

    with pytest.raises(InputTooLong, match="more than 10000 values") as caught:
        parse_message(request_type, counted)

    assert (caught.value.field or None) == place
    assert counted.num_looked_at < 5 * MOST_VALUES


@pytest.mark.parametrize(
    "data",
    [A_GROUP * MANY, b"\x0a\x80", b"\x0a\x02a", b"\x78" + b"\x80" * MANY, field(1, b"")[:1]],
    ids=["groups", "half a length", "half a text", "an endless number", "a tag alone"],
)
def test_what_protobuf_would_not_read_is_not_read(data: bytes) -> None:
    counted = CountedBytes(data)

    with pytest.raises(InvalidInput, match=r"not a serialized salience\.v1\.TranslateRequest"):
        parse_message(TranslateRequest, counted)

    assert counted.num_looked_at < 100


def test_a_value_may_not_be_longer_than_what_it_is_part_of() -> None:
    with pytest.raises(InvalidInput):
        require_few_values(ModelInferRequest, field(5, b"\x0a\x09") + bytes(20))


@given(st.lists(st.text(), max_size=20), st.integers(0, 2**32 - 1), st.floats(width=32))
def test_what_protobuf_writes_is_read(texts: list[str], beam_size: int, penalty: float) -> None:
    request = TranslateRequest(texts=texts, beam_size=beam_size, length_penalty=penalty)
    data = request.SerializeToString()

    assert parse_message(TranslateRequest, data).SerializeToString() == data


def test_as_many_values_as_may_be_are_read() -> None:
    texts = [""] * MOST_VALUES

    assert parse_message(TranslateRequest, EMPTY_TEXT * MOST_VALUES) == TranslateRequest(
        texts=texts
    )


def test_raw_elements_are_cut_off_no_further_than_a_model_could_take_them() -> None:
    with pytest.raises(InputTooLong) as caught:
        unpacked(bytes(4) * MANY, field="inputs[0]")

    assert caught.value.field == "inputs[0]"


class Untouched(list[int]):
    """Lengths that nobody may look at."""

    def __iter__(self) -> Iterator[int]:
        raise AssertionError("somebody did")


def test_the_product_of_a_very_long_shape_is_not_asked_for() -> None:
    with pytest.raises(InvalidInput, match="at most 32 dimensions"):
        check_shape(Untouched([2**62] * MANY), 1, field="inputs[0].shape")
