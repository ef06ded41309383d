"""The whole document, from the table of methods, the descriptors and the comments."""

import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, TypeAlias

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from salience.gateway.content_types import FORM, JSON
from salience.gateway.json_form import to_json
from salience.gateway.methods import METHODS, Method
from salience.gateway.openapi.examples import REPLIES, REQUESTS
from salience.gateway.openapi.operator_paths import OPERATOR_PATHS
from salience.gateway.openapi.problems import PROBLEM, RESPONSES, response_references
from salience.gateway.openapi.schemas import SchemaBook

Part: TypeAlias = dict[str, Any]

_HEADERS = {
    "RequestId": {
        "name": "x-request-id",
        "in": "header",
        "description": "Comes back with the response and stands in our logs; up to 128 of"
        " `A-Za-z0-9._:-`. Made up when absent.",
        "schema": {"type": "string"},
    },
    "Timeout": {
        "name": "x-timeout-seconds",
        "in": "header",
        "description": "After this long the caller no longer wants the answer.",
        "schema": {"type": "number", "exclusiveMinimum": 0},
    },
}

_API_KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key, where the service asks for one.",
}


def build_document(comments: Mapping[str, str]) -> Part:
    """OpenAPI 3.1, from comments by full name."""
    book = SchemaBook(comments)
    paths: Part = {}
    for method in METHODS:
        operation = _operation(method, book, comments)
        paths.setdefault(method.http_path, {})[method.http_verb.lower()] = operation
    services = {method.service: method for method in METHODS}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Salience",
            "version": version("salience"),
            "summary": "Attention models, served.",
            "description": "The JSON form of the gRPC API `salience.v1`: the same messages,"
            " with the names of the protos; zero values are written out.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [
            *({"name": _tag(m), "description": comments[name]} for name, m in services.items()),
            {"name": "Operation", "description": "For whoever runs the service."},
        ],
        "security": [{}, {"ApiKey": []}],
        "paths": paths | OPERATOR_PATHS,
        "components": {
            "schemas": {**dict(sorted(book.schemas.items())), "Problem": PROBLEM},
            "parameters": _HEADERS,
            "responses": RESPONSES,
            "securitySchemes": {"ApiKey": _API_KEY},
        },
    }


def _operation(method: Method, book: SchemaBook, comments: Mapping[str, str]) -> Part:
    comment = comments[f"{method.service}.{method.name}"]
    operation: Part = {
        "operationId": method.name,
        "tags": [_tag(method)],
        "summary": comment.partition(". ")[0].rstrip("."),
        "description": comment,
        "parameters": [
            *_path_parameters(method, comments),
            *({"$ref": f"#/components/parameters/{name}"} for name in _HEADERS),
        ],
    }
    if method.http_verb == "POST":
        operation["requestBody"] = {"required": True, "content": _request_content(method, book)}
    success = {"200": _success(method, book)}
    operation["responses"] = success | response_references(method)
    return operation


def _request_content(method: Method, book: SchemaBook) -> Part:
    request = method.descriptor.input_type
    schema = book.reference(request, printed=False)
    content: Part = {JSON: {"schema": schema, "example": _request_example(method)}}
    if FORM in method.content_types:
        content[FORM] = {"schema": book.form(request)}
    return content


def _success(method: Method, book: SchemaBook) -> Part:
    schema = book.reference(method.descriptor.output_type, printed=True)
    example = _example(REPLIES[method.name])
    if not method.streams:
        content = {"application/json": {"schema": schema, "example": example}}
        return {"description": "The reply.", "content": content}
    events = f"event: sentence\ndata: {json.dumps(example, ensure_ascii=False)}\n\n"
    return {
        "description": f"Server-sent events: `sentence` for each finished sentence, its data a"
        f" `{method.descriptor.output_type.name}`; at last `done`, or `error` with a `Problem`"
        " as its data when the call failed halfway.",
        "content": {
            "text/event-stream": {
                "schema": {"type": "string"},
                "example": f"{events}event: done\ndata: {{}}\n\n",
                "x-event-data": {
                    "sentence": schema,
                    "error": {"$ref": "#/components/schemas/Problem"},
                    "done": {"type": "object"},
                },
            }
        },
    }


def _path_parameters(method: Method, comments: Mapping[str, str]) -> list[Part]:
    fields = method.descriptor.input_type.fields
    return [
        {
            "name": field.name,
            "in": "path",
            "required": True,
            "description": comments.get(field.full_name, ""),
            "schema": {"type": "string"},
            "example": getattr(REQUESTS[method.name], field.name),
        }
        for field in fields
        if f"{{{field.name}}}" in method.http_path
    ]


def _request_example(method: Method) -> Any:
    """Without the fields that need not be given."""
    return MessageToDict(REQUESTS[method.name], preserving_proto_field_name=True)


def _example(message: Message) -> Any:
    return json.loads(to_json(message))


def _tag(method: Method) -> str:
    return method.service.rpartition(".")[2]
