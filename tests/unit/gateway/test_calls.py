from typing import Any

import grpc
import pytest
from google.rpc.code_pb2 import Code
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)

from salience.gateway.methods import METHODS
from salience.gateway.settings import GatewaySettings
from salience.v1.entities_pb2 import RecognizeEntitiesRequest
from salience.v1.models_pb2 import READINESS_READY, GetModelRequest, ListModelsRequest
from tests.unit.gateway.fake_torchserve import NAMES
from tests.unit.gateway.harness import (
    Harness,
    running_harness,
    translate_body,
    translate_request,
)

TOO_MANY_BYTES = GatewaySettings().max_request_bytes + 1


def test_grpc_and_http_give_the_same_answer(gateway: Harness) -> None:
    by_grpc = gateway.translate("hello", "world")
    by_http = gateway.http("POST", "/v1/translate", translate_body("hello", "world"))

    assert [r.translation.text for r in by_grpc.results] == ["HELLO", "WORLD"]
    assert [r["translation"]["text"] for r in by_http.json["results"]] == ["HELLO", "WORLD"]


def test_a_reply_names_its_model_and_where_the_time_went(gateway: Harness) -> None:
    reply = gateway.translate("hello")

    assert (reply.model, reply.model_version) == ("translation-en-de", "1.0")
    assert 0 < reply.timing.queue_time.ToTimedelta().total_seconds() < 10


def test_entities_are_found_without_naming_a_language(gateway: Harness) -> None:
    reply = gateway.entities.RecognizeEntities(RecognizeEntitiesRequest(texts=["I met Ada"]))

    assert [entity.text for entity in reply.results[0].entities.entities] == ["I", "Ada"]


def test_zero_values_are_printed_over_http(gateway: Harness) -> None:
    reply = gateway.http("POST", "/v1/entities", {"texts": ["Ada slept", "nobody did"]})

    assert reply.headers["content-type"] == "application/json; charset=utf-8"
    first = reply.json["results"][0]["entities"]["entities"][0]
    assert first == {
        "text": "Ada",
        "label": "PER",
        "start": 0,
        "end": 0,
        "score": 0.0,
        "start_byte": 0,
        "end_byte": 0,
    }
    assert reply.json["results"][1] == {"entities": {"entities": [], "pieces": []}}


def test_a_bad_item_leaves_its_neighbours_served(gateway: Harness) -> None:
    texts = ["one", "", "two", "x" * 1001, "poison", "three"]

    reply = gateway.translate(*texts)

    assert [r.WhichOneof("outcome") for r in reply.results] == [
        *("translation", "error", "translation", "error", "error", "translation")
    ]
    assert reply.results[5].translation.text == "THREE"


def test_errors_of_items_name_the_fields_of_the_call_and_not_of_the_row(gateway: Harness) -> None:
    texts = ["one", "", *["two"] * 30, "poison"]

    results = gateway.http("POST", "/v1/translate", translate_body(*texts)).json["results"]

    fields = {
        index: violation["field"]
        for index, result in enumerate(results)
        if "error" in result
        for detail in result["error"]["details"]
        for violation in detail.get("field_violations", [])
    }
    assert fields == {1: "texts[1]", 32: "texts[32]"}


def test_a_long_call_is_shared_by_the_workers(gateway: Harness) -> None:
    texts = [f"text {number}" for number in range(40)]

    reply = gateway.translate(*texts)

    assert [r.translation.text for r in reply.results] == [text.upper() for text in texts]
    assert sorted(gateway.fake.items_seen()) == sorted(texts)
    assert [len(row.items) for row in gateway.fake.seen] == [20, 20]


def test_a_text_of_a_megabyte_is_refused_with_the_limit(gateway: Harness) -> None:
    with pytest.raises(grpc.RpcError, match="has 1000000 characters; the limit is 1000"):
        gateway.translate("x" * 1_000_000)

    assert gateway.fake.seen == []


def test_models_are_listed_and_got_by_name(gateway: Harness) -> None:
    listed = gateway.models.ListModels(ListModelsRequest())
    model = gateway.models.GetModel(GetModelRequest(name="translation-en-de"))

    assert [m.name for m in listed.models] == NAMES
    assert model.readiness == READINESS_READY
    by_http = gateway.http("GET", "/v1/models/translation-en-de").json
    assert by_http["readiness"] == "READINESS_READY"
    assert by_http["limits"] == {
        "max_items": 100,
        "max_characters": 1000,
        "max_bytes": 0,
        "max_pixels": 0,
        "max_explained_characters": 60,
        "max_request_bytes": 32 * 2**20,
        "max_reply_bytes": 16 * 2**20,
    }


def test_a_model_that_is_named_needs_no_languages(gateway: Harness) -> None:
    reply = gateway.translate(
        "hello", model="translation-en-de", source_language="", target_language=""
    )

    assert reply.results[0].translation.text == "HELLO"


@pytest.mark.parametrize("proposed", ["abc-123", None, "bad\tid", "x" * 300])
def test_both_transports_answer_with_a_request_id(gateway: Harness, proposed: str | None) -> None:
    sent = {"x-request-id": proposed} if proposed else {}
    by_http = gateway.http("POST", "/v1/translate", translate_body("a"), headers=sent)
    metadata = [] if proposed == "bad\tid" else list(sent.items())
    _, call = gateway.translation.Translate.with_call(translate_request("b"), metadata=metadata)

    by_grpc = dict(call.trailing_metadata())["x-request-id"]
    if proposed == "abc-123":
        assert by_http.headers["x-request-id"] == by_grpc == "abc-123"
    else:
        assert len(by_http.headers["x-request-id"]) == len(by_grpc) == 32
    assert gateway.fake.seen[1].request_id == by_grpc


def test_reflection_describes_every_service(gateway: Harness) -> None:
    database = ProtoReflectionDescriptorDatabase(gateway.channel)

    assert {method.service for method in METHODS} <= set(database.get_services())
    file = database.FindFileContainingSymbol("salience.v1.TranslationService")
    assert file.name == "salience/v1/translation.proto"


def test_unknown_grpc_methods_are_unimplemented(gateway: Harness) -> None:
    unknown = gateway.channel.unary_unary("/salience.v1.TranslationService/Nothing", bytes, bytes)

    with pytest.raises(grpc.RpcError) as raised:
        unknown(b"", timeout=5)
    assert raised.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_a_request_over_the_message_limit_is_refused(gateway: Harness) -> None:
    with pytest.raises(grpc.RpcError, match="the message is over the limit of") as raised:
        gateway.translate("x" * TOO_MANY_BYTES)
    assert raised.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    with pytest.raises(grpc.RpcError, match="Received message larger than max") as unread:
        gateway.translate("x" * (TOO_MANY_BYTES + 4 * 2**20))
    assert unread.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED

    reply = gateway.http("POST", "/v1/translate", b"x" * TOO_MANY_BYTES)
    assert (reply.status, reply.json["code"]) == (413, Code.Name(Code.INVALID_ARGUMENT))
    assert reply.json["reason"] == "INPUT_TOO_LONG"


def test_a_reply_over_the_limit_is_the_same_failure_over_both_transports() -> None:
    with running_harness(max_reply_bytes=500) as gateway:
        texts = ["a text of some length"] * 50
        reply = gateway.http("POST", "/v1/translate", translate_body(*texts))
        with pytest.raises(grpc.RpcError) as raised:
            gateway.translate(*texts)
        error: Any = raised.value
        counted = gateway.metrics()

        assert (reply.status, reply.json["reason"]) == (400, "REPLY_TOO_LONG")
        assert "bytes; the limit is 500" in reply.json["detail"]
        assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert "x-request-id" in dict(error.trailing_metadata())
        assert 'code="INVALID_ARGUMENT",method="Translate"' in counted
        assert gateway.translate("short").results


def test_a_reply_of_a_stream_that_is_over_the_limit_ends_it() -> None:
    with running_harness(max_reply_bytes=500) as gateway:
        long = f"{'a' * 600}."
        stream = gateway.translation.TranslateStream(translate_request(f"Short. {long}"))
        assert next(stream).translation.text == "SHORT. "
        with pytest.raises(grpc.RpcError, match="the limit is 500"):
            next(stream)
