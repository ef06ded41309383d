"""The HTTP transport: the routes that the protos state, and a few for operators."""

import math
from collections.abc import Awaitable, Callable
from functools import partial
from importlib.resources import files
from typing import TypeAlias

from aiohttp import web

from salience.errors import InvalidInput, ServingError
from salience.gateway.access.authentication import AUTHORIZATION_HEADER
from salience.gateway.call_context import (
    REQUEST_ID_HEADER,
    CallContext,
    HttpTarget,
    deadline_after,
    request_id_of,
)
from salience.gateway.core import Core, Parse
from salience.gateway.event_stream import REQUEST_ID, EventStream
from salience.gateway.health import Health
from salience.gateway.health_routes import add_health_routes
from salience.gateway.json_form import to_json
from salience.gateway.methods import METHODS, Method
from salience.gateway.open_inference.routes import ContextOf, add_open_inference
from salience.gateway.openapi import openapi_document
from salience.gateway.problem_details import failure_response, problem_response, refusal_response
from salience.gateway.registry import Registry
from salience.gateway.request_body import RequestBodies
from salience.gateway.rollout.rollouts import VARIANT_HEADER
from salience.gateway.settings import GatewaySettings
from salience.gateway.slow_connections import SlowConnections
from salience.gateway.status_details import CallFailed
from salience.rpc_status import status_of
from salience.tracing.traceparent import TRACEPARENT, TRACESTATE, traceparent_of

TIMEOUT_HEADER = "x-timeout-seconds"

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


def build_http_app(
    core: Core,
    health: Health,
    registry: Registry,
    connections: SlowConnections,
    settings: GatewaySettings,
) -> web.Application:
    """The application; its server must cancel handlers when clients disconnect."""
    app = web.Application(
        client_max_size=settings.max_request_bytes,
        middlewares=[connections.busy_with, _with_problems],
    )
    context_of = partial(_call_context, core, settings)
    bodies = RequestBodies(settings.body_seconds)
    for method in METHODS:
        handler = _method_handler(core, method, context_of, bodies)
        app.router.add_route(method.http_verb, method.http_path, handler)
    add_open_inference(app, core, context_of, bodies)
    add_health_routes(app, health, registry)
    app.on_response_prepare.append(partial(_take_leave, health))
    app.router.add_get("/openapi.json", _document(openapi_document(), "application/json"))
    app.router.add_get(
        "/docs", _document(files(__package__).joinpath("docs.html").read_bytes(), "text/html")
    )
    app.router.add_get("/", _root)
    return app


def _method_handler(
    core: Core, method: Method, context_of: ContextOf, bodies: RequestBodies
) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        parse = partial(bodies.message, request, method)
        try:
            context = await context_of(request)
            if method.stream is not None:
                return await _streamed(core, method, parse, context, EventStream(request))
            reply = await core.call(method, parse, context)
        except CallFailed as failure:
            return failure_response(failure)
        return web.Response(text=to_json(reply), content_type="application/json")

    return handle


async def _streamed(
    core: Core, method: Method, parse: Parse, context: CallContext, events: EventStream
) -> web.StreamResponse:
    try:
        await core.stream(method, parse, context, events.send)
    except CallFailed as failure:
        return await events.broken(failure)
    return await events.done()


@web.middleware
async def _with_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every response has the request id, and every refusal is a problem."""
    request_id = request_id_of(request.headers.get(REQUEST_ID_HEADER))
    request[REQUEST_ID] = request_id
    try:
        response = await handler(request)
    except ServingError as error:
        response = problem_response(status_of(error))
    except web.HTTPException as error:
        response = refusal_response(error)
    if not response.prepared:
        response.headers[REQUEST_ID_HEADER] = request_id
    return response


async def _take_leave(health: Health, request: web.Request, response: web.StreamResponse) -> None:
    """Have callers connect anew, elsewhere, before the gateway stops."""
    if health.is_draining:
        response.force_close()
        response.headers["Connection"] = "close"


async def _call_context(core: Core, settings: GatewaySettings, request: web.Request) -> CallContext:
    deadline = deadline_after(_timeout_seconds(request), at_most=settings.timeout_seconds)
    caller = await core.caller(request.headers.get(AUTHORIZATION_HEADER), "http", deadline)
    resource = request.match_info.route.resource
    return CallContext(
        protocol="http",
        request_id=request[REQUEST_ID],
        deadline=deadline,
        caller=caller,
        variant=request.headers.get(VARIANT_HEADER, ""),
        traceparent=traceparent_of(request.headers.get(TRACEPARENT)),
        tracestate=request.headers.get(TRACESTATE, ""),
        http_target=HttpTarget(
            request.method, resource.canonical if resource else "", request.path, request.scheme
        ),
    )


def _timeout_seconds(request: web.Request) -> float | None:
    header = request.headers.get(TIMEOUT_HEADER)
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        seconds = math.nan
    if seconds > 0:
        return seconds
    raise InvalidInput("the timeout is not a positive number of seconds", field=TIMEOUT_HEADER)


def _document(body: bytes, content_type: str) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        return web.Response(body=body, content_type=content_type, charset="utf-8")

    return handle


async def _root(request: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": "/docs"})
