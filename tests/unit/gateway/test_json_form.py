import json

import pytest
from google.protobuf import json_format
from google.protobuf.message import Message

from salience.errors import InvalidInput
from salience.gateway.json_form import from_json, to_json
from salience.rpc_status import status_of
from salience.v1.entities_pb2 import (
    Entities,
    Entity,
    RecognizeEntitiesReply,
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
