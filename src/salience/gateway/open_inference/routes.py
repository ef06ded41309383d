"""The routes of the protocol over HTTP."""

import json
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

from aiohttp import web
from google.protobuf.message import Message

from salience.errors import InvalidInput, ServingError
from salience.gateway.call_context import CallContext
from salience.gateway.core import Core
from salience.gateway.held_bytes import Hold
from salience.gateway.json_form import to_json
from salience.gateway.open_inference.methods import INFERENCE_METHODS
from salience.gateway.open_inference.rest_body import HEADER_LENGTH, infer_request, infer_response
from salience.gateway.problem_details import failure_response
from salience.gateway.request_body import RequestBodies
from salience.gateway.status_details import CallFailed
from salience.rpc_status import status_of
from salience.v1.open_inference.inference_pb2 import (
    ModelInferRequest,
    ModelInferResponse,
    ModelMetadataResponse,
)

ContextOf: TypeAlias = Callable[[web.Request], Awaitable[CallContext]]
Handler: TypeAlias = Callable[[web.Request], Awaitable[web.Response]]

_MODEL_PATHS = ("/v2/models/{name}", "/v2/models/{name}/versions/{version}")


def add_open_inference(
    app: web.Application, core: Core, context_of: ContextOf, bodies: RequestBodies
) -> None:
    """Add the routes; failures are problems that have what the protocol calls `error` too."""

    def get(path: str, method: str, ready_field: str = "") -> None:
        app.router.add_get(path, _with_errors(_getter(core, context_of, method, ready_field)))

    get("/v2", "ServerMetadata")
    get("/v2/health/live", "ServerLive", "live")
    get("/v2/health/ready", "ServerReady", "ready")
    for path in _MODEL_PATHS:
        get(path, "ModelMetadata")
        get(f"{path}/ready", "ModelReady", "ready")
        app.router.add_post(f"{path}/infer", _with_errors(_inference(core, context_of, bodies)))


def _with_errors(handler: Handler) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except CallFailed as failure:
            return _problem(failure)
        except ServingError as error:
            return _problem(CallFailed(status_of(error)))

    return handle


def _problem(failure: CallFailed) -> web.Response:
    return failure_response(failure, extra={"error": failure.status.message})


def _getter(core: Core, context_of: ContextOf, name: str, ready_field: str) -> Handler:
    """Answers GET; a `ready_field` that is not true makes the status 503."""
    method = INFERENCE_METHODS[name]

    async def handle(request: web.Request) -> web.Response:
        async def parse(hold: Hold) -> Message:
            parameters: Mapping[str, Any] = request.match_info
            return method.request_type(**parameters)

        reply = await core.call(method, parse, await context_of(request))
        is_good = not ready_field or getattr(reply, ready_field)
        return web.Response(
            status=200 if is_good else 503, text=_json(reply), content_type="application/json"
        )

    return handle


def _json(reply: Message) -> str:
    """As the typed API writes it, but a shape is of numbers, as the protocol has it."""
    if not isinstance(reply, ModelMetadataResponse):
        return to_json(reply)
    members = json.loads(to_json(reply))
    for tensor in (*members["inputs"], *members["outputs"]):
        tensor["shape"] = [int(length) for length in tensor["shape"]]
    return json.dumps(members)


def _inference(core: Core, context_of: ContextOf, bodies: RequestBodies) -> Handler:
    method = INFERENCE_METHODS["ModelInfer"]

    async def handle(request: web.Request) -> web.Response:
        asked = ModelInferRequest()

        async def parse(hold: Hold) -> Message:
            length = _json_length(request)
            body = await bodies.read(request, hold)
            parse_body = partial(infer_request, body, length)
            asked.CopyFrom(await bodies.parses.run(parse_body, len(body), hold))
            asked.model_name = request.match_info["name"]
            asked.model_version = request.match_info.get("version", "")
            return asked

        reply = await core.call(method, parse, await context_of(request))
        assert isinstance(reply, ModelInferResponse)
        return _response(*infer_response(asked, reply))

    return handle


def _json_length(request: web.Request) -> int | None:
    header = request.headers.get(HEADER_LENGTH)
    if header is None:
        return None
    if not header.isdecimal() or len(header) > 12:
        raise InvalidInput("the length of the JSON is not a number", field=HEADER_LENGTH)
    return int(header)


def _response(body: bytes, json_length: int | None) -> web.Response:
    if json_length is None:
        return web.Response(body=body, content_type="application/json")
    headers = {HEADER_LENGTH: str(json_length)}
    return web.Response(body=body, content_type="application/octet-stream", headers=headers)
