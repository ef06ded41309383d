import json
from pathlib import Path

import pytest
from google.protobuf import json_format
from google.protobuf.message import Message

from salience.errors import InputTooLong, InvalidInput
from salience.gateway.json_form import from_json, to_json
from salience.rpc_status import status_of
from salience.v1.entities_pb2 import (
    Entities,
    Entity,
    RecognizeEntitiesReply,
    RecognizeEntitiesRequest,
    RecognizeEntitiesResult,
)
from salience.v1.models_pb2 import Limits, ListModelsReply, Model
from salience.v1.timing_pb2 import Timing

TIMING = Timing()
TIMING.inference_time.FromMilliseconds(1500)
MESSAGES: list[Message] = [
    RecognizeEntitiesReply(
        results=[
            RecognizeEntitiesResult(
                entities=Entities(entities=[Entity(text="Ä\u200d", score=0.1)])
            ),
            RecognizeEntitiesResult(error=status_of(InvalidInput("empty", field="texts[1]"))),
        ],
        timing=TIMING,
    ),
    ListModelsReply(models=[Model(limits=Limits(max_items=3), labels=["PER", "LOC"]), Model()]),
]


def test_zero_values_stand_where_the_proto_declares_them() -> None:
    entity = Entity(label="PER", end=3, end_byte=3)

    declared = [field.name for field in Entity.DESCRIPTOR.fields if not field.has_presence]
    assert list(json.loads(to_json(entity))) == declared


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.DESCRIPTOR.name)
def test_only_the_order_differs_from_protobufs_own_form(message: Message) -> None:
    protobufs = json_format.MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )

    assert json.loads(to_json(message)) == protobufs
    assert from_json(type(message), to_json(message).encode()) == message


@pytest.mark.parametrize("value", [b"{}", b"[]", b'""', b"0", b"[[[]]]"])
def test_a_body_of_very_many_values_is_refused_before_they_are_made(value: bytes) -> None:
    body = b'{"texts": [' + value + (b"," + value) * 200_000 + b"]}"

    with pytest.raises(InputTooLong, match="more than 200000 strings and other values"):
        from_json(RecognizeEntitiesRequest, body)


@pytest.mark.parametrize("text", [",", "[", r"\"{", r"\\,"])
def test_a_text_may_have_any_number_of_the_signs_that_part_values(text: str) -> None:
    body = f'{{"texts": ["{text * 300_000}", "b"]}}'.encode()

    request = from_json(RecognizeEntitiesRequest, body)

    assert isinstance(request, RecognizeEntitiesRequest)
    assert len(request.texts) == 2


def test_protobuf_looks_for_surrogates_as_it_is_told() -> None:
    assert json_format.__file__
    source = Path(json_format.__file__).read_text(encoding="utf-8")

    assert source.count("_UNPAIRED_SURROGATE_PATTERN") == 2
    assert "if _UNPAIRED_SURROGATE_PATTERN.search(value):" in source
    pair = from_json(RecognizeEntitiesRequest, rb'{"texts": ["\ud83d\ude00"]}')
    assert pair == RecognizeEntitiesRequest(texts=["\U0001f600"])
