"""The OpenAPI document is current, valid, and says what the service does."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from jsonschema import Draft202012Validator, ValidationError
from openapi_spec_validator import validate

from salience.gateway.core import Core
from salience.gateway.health import Health
from salience.gateway.http_app import build_http_app
from salience.gateway.metrics import GatewayMetrics
from salience.gateway.openapi import openapi_document
from salience.gateway.openapi.__main__ import rendered
from salience.gateway.registry import Registry
from salience.gateway.settings import GatewaySettings
from salience.gateway.slow_connections import SlowConnections
from tests.unit.gateway.harness import Harness, running_harness, translate_body

PROTOS = Path(__file__).parents[2] / "protos"
DOCUMENT: dict[str, Any] = json.loads(openapi_document())

CALLS = [
    ("POST", "/v1/translate", "/v1/translate", translate_body("Hello.", "", "poison")),
    ("POST", "/v1/entities", "/v1/entities", {"texts": ["Ada"]}),
    ("POST", "/v1/summarize", "/v1/summarize", {"texts": ["One. Two.", ""], "sentences": 1}),
    ("POST", "/v1/summarize", "/v1/summarize", {"texts": ["One."], "ratio": 2}),
    ("POST", "/v1/images:classify", "/v1/images:classify", {"images": ["YWJj", ""]}),
    ("POST", "/v1/images:classify", "/v1/images:classify", {"images": ["a"]}),
    ("GET", "/v1/models", "/v1/models", None),
    ("GET", "/v1/models/{name}", "/v1/models/entities-en", None),
    ("GET", "/v1/models/{name}", "/v1/models/nobody", None),
    ("POST", "/v1/translate", "/v1/translate", translate_body("")),
    ("POST", "/v1/translate", "/v1/translate", b"{"),
    ("POST", "/v1/translate", "/v1/translate", b"x" * (GatewaySettings().max_request_bytes + 1)),
    ("GET", "/healthz", "/healthz", None),
    ("GET", "/readyz", "/readyz", None),
]


@pytest.fixture(scope="module")
def gateway() -> Iterator[Harness]:
    with running_harness() as harness:
        yield harness


def test_the_committed_document_is_what_the_protos_generate() -> None:
    assert openapi_document().decode() == rendered(PROTOS), "run `make generate`"


def test_the_document_is_valid_openapi() -> None:
    validate(DOCUMENT)


def test_every_route_is_in_the_document_and_the_other_way_round() -> None:
    settings = GatewaySettings()
    registry = Registry(settings, GatewayMetrics())
    core: Core = object.__new__(Core)  # No route is called.
    app = build_http_app(core, Health(registry), registry, SlowConnections(settings), settings)

    typed = {(verb, path) for verb, path in routes_of(app) if not path.startswith("/v2")}
    assert typed == {
        (verb.upper(), path) for path, verbs in DOCUMENT["paths"].items() for verb in verbs
    }


@pytest.mark.parametrize(("verb", "template", "path", "body"), CALLS)
def test_responses_are_as_the_document_says(
    gateway: Harness, verb: str, template: str, path: str, body: Any
) -> None:
    reply = gateway.http(verb, path, body)

    responses = DOCUMENT["paths"][template][verb.lower()]["responses"]
    assert str(reply.status) in responses
    check(reply.json, schema_of(responses[str(reply.status)]))


def test_a_body_that_does_not_come_is_in_the_document() -> None:
    with running_harness(body_seconds=0.1) as gateway:
        reply = gateway.http("POST", "/v1/translate", b"{", headers={"content-length": "9"})

    responses = DOCUMENT["paths"]["/v1/translate"]["post"]["responses"]
    assert reply.status == 408
    check(reply.json, schema_of(responses["408"]))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/translate:stream", translate_body("One came. Two.")),
        ("/v1/summarize:stream", {"texts": ["One came. Two.", "poison"]}),
    ],
)
def test_events_of_a_stream_are_as_the_document_says(
    gateway: Harness, path: str, body: Any
) -> None:
    reply = gateway.http("POST", path, body)

    response = DOCUMENT["paths"][path]["post"]["responses"]["200"]
    schemas = response["content"]["text/event-stream"]["x-event-data"]
    for block in reply.body.decode().strip().split("\n\n"):
        name, data = block.split("\n")
        check(json.loads(data.removeprefix("data: ")), schemas[name.removeprefix("event: ")])


@pytest.mark.parametrize(
    "path", ["/v1/translate", "/v1/summarize", "/v1/entities", "/v1/images:classify"]
)
def test_the_examples_work_as_they_stand(gateway: Harness, path: str) -> None:
    operation = DOCUMENT["paths"][path]["post"]
    content = operation["requestBody"]["content"]["application/json"]
    check(content["example"], content["schema"])

    assert gateway.http("POST", path, content["example"]).status == 200
    response = operation["responses"]["200"]["content"]["application/json"]
    check(response["example"], response["schema"])


def test_only_the_methods_with_files_take_a_form() -> None:
    forms = {
        path: content["multipart/form-data"]["schema"]["properties"]
        for path, verbs in DOCUMENT["paths"].items()
        for operation in verbs.values()
        if "multipart/form-data" in (content := operation.get("requestBody", {}).get("content", {}))
    }

    assert {path: set(fields) for path, fields in forms.items()} == {
        "/v1/images:classify": {"images", "model", "top_k", "explain"},
        "/v1/images:detect": {"images", "model", "min_score", "explain"},
    }
    for fields in forms.values():
        assert fields["images"]["items"] == {"type": "string", "format": "binary"}


def test_a_request_may_leave_out_its_length_or_have_one_but_not_two() -> None:
    schema = {"$ref": "#/components/schemas/SummarizeRequest"}

    check({"texts": ["a"]}, schema)
    check({"texts": ["a"], "words": 3}, schema)
    with pytest.raises(ValidationError):
        check({"texts": ["a"], "words": 3, "ratio": 0.5}, schema)


def test_the_page_loads_nothing_from_elsewhere(gateway: Harness) -> None:
    page = gateway.http("GET", "/docs")

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert b"http://" not in page.body
    assert b"https://" not in page.body
    assert gateway.http("GET", "/").headers["location"] == "/docs"
    assert gateway.http("GET", "/openapi.json").json == DOCUMENT


def routes_of(app: web.Application) -> set[tuple[str, str]]:
    routes = set()
    for route in app.router.routes():
        assert route.resource is not None
        if route.method != "HEAD":
            routes.add((route.method, route.resource.canonical))
    return routes


def schema_of(response: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in response:
        response = DOCUMENT["components"]["responses"][response["$ref"].rpartition("/")[2]]
    schema: dict[str, Any] = next(iter(response["content"].values()))["schema"]
    return schema


def check(instance: Any, schema: dict[str, Any]) -> None:
    Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(instance)
