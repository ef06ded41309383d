"""API keys as callers meet them, over gRPC and HTTP."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from salience.gateway.access.api_key import ApiKey
from salience.v1.models_pb2 import GetModelRequest, ListModelsRequest
from salience.v1.open_inference.inference_pb2 import ServerLiveRequest
from salience.v1.open_inference.inference_pb2_grpc import GRPCInferenceServiceStub
from tests.unit.gateway.access.key_files import (
    bearer,
    guarded_gateway,
    metadata,
    record_of,
    write,
)
from tests.unit.gateway.harness import Harness, translate_body, translate_request, wait_until

CODE = grpc.StatusCode
OPEN_PATHS = ("/healthz", "/readyz", "/openapi.json", "/docs")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Harness, ApiKey]]:
    """A gateway, and a key that is for translation alone."""
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    with guarded_gateway(path, tasks=["translation"]) as both:
        yield both


def grpc_code(call: Any, request: Any, key: ApiKey | None = None) -> grpc.StatusCode:
    try:
        call(request, metadata=metadata(key) if key else None, timeout=10)
    except grpc.RpcError as error:
        code: grpc.StatusCode = error.code()
        return code
    return CODE.OK


def test_a_call_with_the_key_is_served(guarded: tuple[Harness, ApiKey]) -> None:
    gateway, key = guarded

    reply = gateway.http("POST", "/v1/translate", translate_body("a"), headers=bearer(key))

    assert reply.status == 200
    assert grpc_code(gateway.translation.Translate, translate_request("a"), key) is CODE.OK


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"authorization": "Bearer"},
        {"authorization": "Basic dTpw"},
        {"authorization": "Bearer salience_00000000_" + "x" * 43},
        {"authorization": "Bearer \xff"},
    ],
)
def test_a_call_without_a_valid_key_is_refused(
    guarded: tuple[Harness, ApiKey], sent: dict[str, str]
) -> None:
    gateway, _ = guarded

    reply = gateway.http("POST", "/v1/translate", translate_body("a"), headers=sent)
    assert (reply.status, reply.json["reason"]) == (401, "UNAUTHENTICATED")
    assert reply.headers["www-authenticate"] == "Bearer"
    if "\xff" in "".join(sent.values()):
        return  # gRPC's client does not send it.
    named = (*sent.items(), ("x-request-id", "mine"))
    with pytest.raises(grpc.RpcError) as raised:
        gateway.translation.Translate(translate_request("a"), metadata=named)
    assert raised.value.code() is CODE.UNAUTHENTICATED
    error: Any = raised.value
    assert dict(error.trailing_metadata())["x-request-id"] == "mine"


def test_a_wrong_secret_is_refused_before_and_after_the_right_one_was_seen(tmp_path: Path) -> None:
    with guarded_gateway(tmp_path / "keys.json") as (gateway, key):
        wrong = ApiKey(key.id, ApiKey.new().secret)
        codes = [
            grpc_code(gateway.translation.Translate, translate_request("a"), one)
            for one in (wrong, key, wrong, key)
        ]

    assert codes == [CODE.UNAUTHENTICATED, CODE.OK, CODE.UNAUTHENTICATED, CODE.OK]


def test_streams_and_the_open_inference_protocol_ask_for_it_too(
    guarded: tuple[Harness, ApiKey],
) -> None:
    gateway, key = guarded
    inference = GRPCInferenceServiceStub(gateway.channel)

    stream = gateway.translation.TranslateStream(translate_request("a"))
    with pytest.raises(grpc.RpcError) as raised:
        next(stream)
    assert raised.value.code() is CODE.UNAUTHENTICATED
    assert grpc_code(inference.ServerLive, ServerLiveRequest()) is CODE.UNAUTHENTICATED
    assert grpc_code(inference.ServerLive, ServerLiveRequest(), key) is CODE.OK
    assert gateway.http("POST", "/v1/translate:stream", translate_body("a")).status == 401
    refused = gateway.http("POST", "/v2/models/entities-en/infer", {})
    assert (refused.status, refused.json["error"]) == (401, refused.json["detail"])
    assert gateway.http("GET", "/v2", headers=bearer(key)).status == 200


def test_the_body_of_a_caller_without_a_key_is_not_read(guarded: tuple[Harness, ApiKey]) -> None:
    gateway, _ = guarded

    announced = {"content-length": "1000000"}
    assert gateway.http("POST", "/v1/translate", b"", headers=announced).status == 401


def test_the_message_of_a_caller_without_a_key_is_not_waited_for(
    guarded: tuple[Harness, ApiKey],
) -> None:
    gateway, _ = guarded
    sent = Event()

    def messages() -> Iterator[bytes]:
        sent.wait(10)
        yield b""

    path = "/salience.v1.TranslationService/Translate"
    call = gateway.channel.stream_unary(path, request_serializer=bytes, response_deserializer=bytes)
    with pytest.raises(grpc.RpcError) as raised:
        call(messages(), timeout=5)
    sent.set()

    assert raised.value.code() is CODE.UNAUTHENTICATED


def test_probes_and_documents_are_open(guarded: tuple[Harness, ApiKey]) -> None:
    gateway, _ = guarded
    health = health_pb2_grpc.HealthStub(gateway.channel)

    assert [gateway.http("GET", path).status for path in OPEN_PATHS] == [200] * len(OPEN_PATHS)
    assert grpc_code(health.Check, health_pb2.HealthCheckRequest()) is CODE.OK


def test_a_task_that_the_key_is_not_for_is_refused_on_every_way(
    guarded: tuple[Harness, ApiKey],
) -> None:
    gateway, key = guarded
    infer = {"inputs": [{"name": "texts", "shape": [1], "datatype": "BYTES", "data": ["Ada"]}]}

    for path, body in (
        ("/v1/entities", {"texts": ["Ada"]}),
        ("/v1/entities", b"{"),
        ("/v2/models/entities-en/infer", infer),
    ):
        reply = gateway.http("POST", path, body, headers=bearer(key))
        assert (reply.status, reply.json["code"]) == (403, "PERMISSION_DENIED"), path
    get = GetModelRequest(name="entities-en")
    assert grpc_code(gateway.models.GetModel, get, key) is CODE.PERMISSION_DENIED
    assert "Ada" not in gateway.fake.items_seen()


def test_only_the_models_that_the_key_is_for_are_listed(guarded: tuple[Harness, ApiKey]) -> None:
    gateway, key = guarded

    listed = gateway.models.ListModels(ListModelsRequest(), metadata=metadata(key)).models

    assert [model.name for model in listed] == ["translation-en-de"]


def test_a_model_that_the_key_is_not_for_is_refused(tmp_path: Path) -> None:
    with guarded_gateway(tmp_path / "keys.json", models=["entities-en"]) as (gateway, key):
        translate = gateway.translation.Translate
        assert grpc_code(translate, translate_request("a"), key) is CODE.PERMISSION_DENIED
        reply = gateway.http("POST", "/v1/entities", {"texts": ["Ada"]}, headers=bearer(key))
        assert reply.status == 200


def test_too_many_calls_are_refused_with_the_time_to_wait_and_counted(tmp_path: Path) -> None:
    with guarded_gateway(tmp_path / "keys.json", calls_per_second=0.01) as (gateway, key):
        gateway.translation.Translate(translate_request("a"), metadata=metadata(key))

        reply = gateway.http("POST", "/v1/translate", translate_body("a"), headers=bearer(key))

        assert (reply.status, reply.json["reason"]) == (429, "RATE_LIMITED")
        assert "salience_requests_shed_unread_total 0.0" in gateway.metrics()
        assert 90 < int(reply.headers["retry-after"]) <= 100
        counted = f'salience_key_calls_total{{code="RESOURCE_EXHAUSTED",key="{key.id}"}} 1.0'
        assert counted in gateway.metrics()


def test_calls_under_way_are_bounded(tmp_path: Path) -> None:
    with guarded_gateway(tmp_path / "keys.json", max_calls_in_flight=1) as (gateway, key):
        gateway.fake.held = {"held"}
        request = translate_request("held")
        held = gateway.translation.Translate.future(request, metadata=metadata(key))
        wait_until(lambda: "held" in gateway.fake.items_seen())

        code = grpc_code(gateway.translation.Translate, translate_request("b"), key)
        gateway.fake.held = set()

        assert code is CODE.RESOURCE_EXHAUSTED
        assert held.result(10).results
        assert grpc_code(gateway.translation.Translate, translate_request("b"), key) is CODE.OK


def test_a_call_is_under_way_while_its_body_comes(tmp_path: Path) -> None:
    with guarded_gateway(tmp_path / "keys.json", max_calls_in_flight=1) as (gateway, key):
        head = (
            "POST /v1/translate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {key.text()}\r\nContent-Length: 1000000\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", gateway.ports.http)) as slow:
            slow.sendall(head.encode())
            wait_until(lambda: 'method="Translate",protocol="http"} 1.0' in gateway.metrics())
            reply = gateway.http(
                "POST", "/v1/translate", b"", headers={**bearer(key), "content-length": "1000000"}
            )

        assert (reply.status, reply.json["reason"]) == (429, "RATE_LIMITED")


def test_the_large_bodies_of_one_key_leave_room_for_those_of_another(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    with guarded_gateway(path, settings={"max_held_bytes": 1_000_000}) as (gateway, greedy):
        other = ApiKey.new()
        write(path, record_of(greedy), record_of(other))
        head = (
            "POST /v1/translate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {greedy.text()}\r\nContent-Length: 900000\r\n\r\n"
        )

        def status_of(key: ApiKey) -> int:
            body = translate_body(*["a" * 1000] * 90, model="x" * 170_000)
            return gateway.http("POST", "/v1/translate", body, headers=bearer(key)).status

        with socket.create_connection(("127.0.0.1", gateway.ports.http)) as slow:
            slow.sendall(head.encode() + b" " * 700_000)
            wait_until(lambda: status_of(greedy) == 429)

            assert status_of(other) == 404


def test_a_revoked_key_is_refused_at_once_and_a_new_one_taken(tmp_path: Path) -> None:
    path, new = tmp_path / "keys.json", ApiKey.new()
    with guarded_gateway(path) as (gateway, old):
        assert grpc_code(gateway.translation.Translate, translate_request("a"), old) is CODE.OK

        write(path, record_of(new))

        codes = [
            grpc_code(gateway.translation.Translate, translate_request("a"), key)
            for key in (old, new)
        ]
        assert codes == [CODE.UNAUTHENTICATED, CODE.OK]


def test_metrics_and_logs_have_the_id_of_a_key_and_never_its_secret(
    guarded: tuple[Harness, ApiKey], caplog: pytest.LogCaptureFixture
) -> None:
    gateway, key = guarded
    gateway.http("POST", "/v1/translate", translate_body("a"), headers=bearer(key))
    gateway.http("GET", "/v1/models")

    metrics = gateway.metrics()

    assert re.search(rf'salience_key_calls_total{{code="OK",key="{key.id}"}} \d', metrics)
    assert re.search(r'salience_authentications_refused_total{protocol="http"} \d', metrics)
    assert key.secret not in metrics + caplog.text
