"""Documents translated sentence by sentence, over gRPC and as server-sent events."""

import json
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf import json_format

from salience.v1.translation_pb2 import TranslateStreamReply
from salience.v1.translation_pb2_grpc import TranslationServiceStub
from tests.live.transports.over_grpc import Grpc
from tests.live.transports.over_http import Http, HttpReply, http_failure
from tests.live.transports.transport import Transport, translate, translate_request

DOCUMENT = "Good morning. The water is cold!\n\n\tI have two dogs. They are very old.  "
OTHER = "We live in London."


def streamed(transport: Transport, *texts: str) -> list[TranslateStreamReply]:
    request = translate_request(*texts)
    if isinstance(transport, Grpc):
        return list(TranslationServiceStub(transport.channel).TranslateStream(request, timeout=60))
    assert isinstance(transport, Http)
    *sentences, done = events(post(transport, *texts))
    assert done == ("done", {})
    assert {name for name, _ in sentences} == {"sentence"}
    return [json_format.ParseDict(data, TranslateStreamReply()) for _, data in sentences]


def post(over_http: Http, *texts: str) -> HttpReply:
    request = json_format.MessageToDict(translate_request(*texts), preserving_proto_field_name=True)
    return over_http.send("POST", "/v1/translate:stream", json.dumps(request).encode())


def events(reply: HttpReply) -> Iterator[tuple[str, Any]]:
    assert (reply.status, reply.headers["content-type"]) == (200, "text/event-stream")
    for block in reply.body.decode().removesuffix("\n\n").split("\n\n"):
        name, data = block.split("\n")
        yield name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def test_the_sentences_come_in_order_and_join_to_the_translation(transport: Transport) -> None:
    replies = streamed(transport, DOCUMENT, OTHER)

    places = [(reply.text_index, reply.sentence_index) for reply in replies]
    assert places == [*((0, number) for number in range(len(places) - 1)), (1, 0)]
    assert len(places) >= 5
    together = translate(transport, DOCUMENT, OTHER).results
    for index, result in enumerate(together):
        parts = [reply.translation.text for reply in replies if reply.text_index == index]
        assert "".join(parts) == result.translation.text


def test_every_sentence_says_which_model_wrote_it(transport: Transport) -> None:
    for reply in streamed(transport, "Good morning. The water is cold."):
        assert (reply.model, reply.model_version) == ("translation-en-de", "1.0")
        assert reply.timing.inference_time.ToNanoseconds() > 0


def test_a_bad_text_has_one_error_in_its_place(transport: Transport) -> None:
    bad, good = streamed(transport, "", OTHER)

    assert (bad.text_index, bad.error.message) == (0, "the text is empty")
    assert (good.text_index, good.WhichOneof("outcome")) == (1, "translation")
    assert "London" in good.translation.text


def test_a_stream_of_which_nothing_can_be_served_fails(over_grpc: Grpc, over_http: Http) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        streamed(over_grpc, "")
    failure = http_failure(post(over_http, ""))

    assert raised.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert (failure.code, failure.fields) == ("INVALID_ARGUMENT", ["texts[0]"])
