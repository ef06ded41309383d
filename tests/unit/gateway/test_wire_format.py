from contextlib import suppress

import pytest
from google.protobuf.message import Message
from hypothesis import given
from hypothesis import strategies as st

from salience.errors import InvalidInput
from salience.gateway.methods import METHODS
from salience.gateway.open_inference.methods import INFERENCE_METHODS
from salience.gateway.wire_format import parse_message
from salience.v1.open_inference.inference_pb2 import InferParameter, ModelInferRequest
from salience.v1.translation_pb2 import TranslateRequest

REQUESTS = sorted(
    {method.request_type for method in (*METHODS, *INFERENCE_METHODS.values())},
    key=lambda request: str(request.DESCRIPTOR.full_name),
)


def serialized(message: Message) -> bytes:
    """With the byte 0x80, which no UTF-8 begins with, wherever the text has `?`."""
    return message.SerializeToString().replace(b"?", b"\x80")


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (TranslateRequest(texts=["a", "?"]), "texts[1]"),
        (TranslateRequest(model="?"), "model"),
        (ModelInferRequest(model_name="?"), "model_name"),
        (
            ModelInferRequest(inputs=[ModelInferRequest.InferInputTensor(datatype="?")]),
            "inputs[0].datatype",
        ),
        (
            ModelInferRequest(parameters={"beam_size": InferParameter(string_param="?")}),
            "parameters[beam_size].string_param",
        ),
    ],
)
def test_a_text_that_is_not_utf8_is_named(message: Message, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_message(type(message), serialized(message))

    assert caught.value.field == field


def test_a_name_that_is_not_utf8_is_refused() -> None:
    request = ModelInferRequest(parameters={"?": InferParameter(bool_param=True)})

    with pytest.raises(InvalidInput, match="not a serialized inference"):
        parse_message(ModelInferRequest, serialized(request))


@pytest.mark.parametrize("request_type", REQUESTS, ids=lambda one: str(one.DESCRIPTOR.name))
@given(data=st.binary(max_size=60))
def test_any_bytes_are_a_request_or_invalid(request_type: type[Message], data: bytes) -> None:
    with suppress(InvalidInput):
        assert isinstance(parse_message(request_type, data), request_type)
