"""What a client can learn of the service from the service."""

import json
import re
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)

from salience.cli.model_store import served_folders
from salience.v1.models_pb2 import (
    READINESS_READY,
    TASK_ENTITIES,
    TASK_IMAGE_CLASSIFICATION,
    TASK_SUMMARIZATION,
    GetModelRequest,
    ListModelsReply,
    ListModelsRequest,
    Model,
    Task,
)
from tests.live.transports.over_grpc import Grpc
from tests.live.transports.over_http import Http
from tests.live.transports.transport import Transport

SERVICES = {
    "salience.v1.TranslationService",
    "salience.v1.SummarizationService",
    "salience.v1.EntityService",
    "salience.v1.ImageService",
    "salience.v1.ModelService",
}
STORE = Path(__file__).parents[2] / "model_store"
NAMES = [folder.name for folder in served_folders(STORE)]
LIMITS = ("max_items", "max_characters", "max_bytes", "max_pixels")


def test_every_model_is_listed_and_described_alike(transport: Transport) -> None:
    listed = transport.call(ListModelsRequest(), ListModelsReply).models

    assert [model.name for model in listed] == NAMES
    for model in listed:
        assert transport.call(GetModelRequest(name=model.name), Model) == model


def test_both_protocols_describe_the_same_models(over_grpc: Grpc, over_http: Http) -> None:
    request = ListModelsRequest()

    assert over_grpc.call(request, ListModelsReply) == over_http.call(request, ListModelsReply)


def test_a_model_says_what_it_does_and_what_it_accepts(over_grpc: Grpc) -> None:
    models = over_grpc.call(ListModelsRequest(), ListModelsReply).models

    for model in models:
        settings = json.loads((STORE / model.name / "model.json").read_text())
        assert Task.Name(model.task) == f"TASK_{settings['task'].upper()}"
        assert list(model.source_languages) == settings["source_languages"]
        assert list(model.target_languages) == settings["target_languages"]
        assert list(model.labels) == settings["labels"]
        assert model.version == settings["version"]
        assert [getattr(model.limits, name) for name in LIMITS] == [
            settings["limits"].get(name, 0) for name in LIMITS
        ]
        assert (model.engine, model.device) == (settings["default_engine"], "cpu")
        assert re.fullmatch("[0-9a-f]{64}", model.digest)
        assert model.readiness == READINESS_READY


@pytest.mark.parametrize("name", ["", *sorted(SERVICES)])
def test_every_service_is_healthy(over_grpc: Grpc, name: str) -> None:
    reply = HealthStub(over_grpc.channel).Check(HealthCheckRequest(service=name), timeout=10)

    assert reply.status == HealthCheckResponse.SERVING


def test_the_health_of_an_unknown_service_is_not_known(over_grpc: Grpc) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        HealthStub(over_grpc.channel).Check(HealthCheckRequest(service="nope"), timeout=10)

    assert raised.value.code() is grpc.StatusCode.NOT_FOUND


def test_a_watcher_is_told_the_health_at_once(over_grpc: Grpc) -> None:
    watch = HealthStub(over_grpc.channel).Watch(HealthCheckRequest(), timeout=10)

    assert next(watch).status == HealthCheckResponse.SERVING
    watch.cancel()


def test_each_task_that_has_several_models_has_one_default(over_grpc: Grpc) -> None:
    models = over_grpc.call(ListModelsRequest(), ListModelsReply).models

    for task in (TASK_ENTITIES, TASK_SUMMARIZATION, TASK_IMAGE_CLASSIFICATION):
        assert sum(model.is_default for model in models if model.task == task) == 1


def test_reflection_lists_the_services_and_their_methods(over_grpc: Grpc) -> None:
    reflected = ProtoReflectionDescriptorDatabase(over_grpc.channel)

    assert set(reflected.get_services()) >= SERVICES | {"grpc.health.v1.Health"}
    file = reflected.FindFileContainingSymbol("salience.v1.TranslationService")
    assert [method.name for method in file.service[0].method] == ["Translate", "TranslateStream"]


def test_the_process_is_alive_and_every_model_ready(over_http: Http) -> None:
    alive, ready = over_http.send("GET", "/healthz"), over_http.send("GET", "/readyz")

    assert (alive.status, alive.json) == (200, {"status": "alive"})
    models = dict.fromkeys(NAMES, "READINESS_READY")
    assert (ready.status, ready.json) == (200, {"ready": True, "models": models})


def operations(document: Any) -> list[tuple[str, str, Any]]:
    return [
        (verb.upper(), path, operation)
        for path, verbs in document["paths"].items()
        for verb, operation in verbs.items()
    ]


OF_DEMONSTRATIONS = {"/v1/images:detect", "/v1/images:generate"}


def test_every_example_of_the_openapi_document_is_answered(over_http: Http) -> None:
    reply = over_http.send("GET", "/openapi.json")
    document = reply.json
    examples = {
        path: operation["requestBody"]["content"]["application/json"]["example"]
        for verb, path, operation in operations(document)
        if verb == "POST"
    }

    assert reply.headers["content-type"].startswith("application/json")
    assert document["openapi"].startswith("3.1")
    assert set(examples) == {
        "/v1/translate",
        "/v1/translate:stream",
        "/v1/summarize",
        "/v1/summarize:stream",
        "/v1/entities",
        "/v1/images:classify",
        *OF_DEMONSTRATIONS,
    }
    for path, example in examples.items():
        reply = over_http.send("POST", path, json.dumps(example).encode())
        if path in OF_DEMONSTRATIONS:  # Their models are not served unless they are named.
            assert reply.status == 400
            assert reply.json["detail"].startswith("no model that is served does ")
        else:
            assert reply.status == 200


def test_every_get_of_the_openapi_document_is_answered(over_http: Http) -> None:
    document = over_http.send("GET", "/openapi.json").json

    statuses = {
        path: over_http.send("GET", path.format(name="entities-en")).status
        for verb, path, _ in operations(document)
        if verb == "GET"
    }
    assert {"/v1/models", "/v1/models/{name}", "/healthz", "/readyz"} <= set(statuses)
    assert statuses == dict.fromkeys(statuses, 200) | {"/": 302}


def test_the_page_for_browsers_is_served(over_http: Http) -> None:
    page = over_http.send("GET", "/docs")

    assert page.headers["content-type"].startswith("text/html")
    assert b"/openapi.json" in page.body
    assert over_http.send("GET", "/").headers["location"] == "/docs"


def test_a_request_id_comes_back_over_http(over_http: Http) -> None:
    headers = {"x-request-id": "my-own.id:1"}

    assert (
        over_http.send("GET", "/v1/models", headers=headers).headers["x-request-id"]
        == "my-own.id:1"
    )
    assert (
        over_http.send("GET", "/nowhere", headers=headers).headers["x-request-id"] == "my-own.id:1"
    )
    assert (
        over_http.send("GET", "/v1/models", headers={"x-request-id": "a b"}).headers["x-request-id"]
        != "a b"
    )


def test_a_path_or_a_verb_that_does_not_exist_is_a_problem(over_http: Http) -> None:
    nowhere, wrong_verb = over_http.send("GET", "/v1/nope"), over_http.send("GET", "/v1/translate")

    assert (nowhere.status, nowhere.json["reason"]) == (404, "METHOD_NOT_FOUND")
    assert (wrong_verb.status, wrong_verb.headers["allow"]) == (405, "POST")
