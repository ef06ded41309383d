"""The gRPC transport: bytes in, bytes out, everything between is the core's."""

from collections.abc import Awaitable, Callable
from functools import partial
from itertools import groupby
from typing import Any, TypeAlias

import grpc
from google.protobuf.message import Message
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from salience.errors import Cancelled, InputTooLong
from salience.gateway.access.authentication import AUTHORIZATION_HEADER
from salience.gateway.call_context import (
    REQUEST_ID_HEADER,
    CallContext,
    deadline_after,
    request_id_of,
)
from salience.gateway.core import Core
from salience.gateway.grpc_abort import abort
from salience.gateway.grpc_gate import GrpcGate
from salience.gateway.health import Health
from salience.gateway.held_bytes import Hold
from salience.gateway.methods import METHODS, Method
from salience.gateway.open_inference.methods import INFERENCE_METHODS
from salience.gateway.rollout.rollouts import VARIANT_HEADER
from salience.gateway.settings import GatewaySettings
from salience.gateway.slow_readers import must_read_until
from salience.gateway.status_details import CallFailed
from salience.gateway.wire_format import parse_message
from salience.tracing.traceparent import TRACEPARENT, TRACESTATE, traceparent_of

_BYTES_TO_REFUSE = 4 * 2**20
"""By which a request may be over the limit to be told so by us: gRPC gives no details."""

ServicerContext: TypeAlias = "grpc.aio.ServicerContext[bytes, bytes]"
Handler: TypeAlias = Callable[[bytes, ServicerContext], Awaitable[Any]]


def build_grpc_server(core: Core, health: Health, settings: GatewaySettings) -> grpc.aio.Server:
    """A server of every method, of grpc.health.v1 and of reflection; not started yet."""
    gate = [] if settings.api_keys is None else [GrpcGate(core)]
    server = grpc.aio.server(interceptors=gate, options=_options(settings))
    services = [*_add_services(server, core, settings)]
    health_pb2_grpc.add_HealthServicer_to_server(health.servicer, server)
    health_service = health_pb2.DESCRIPTOR.services_by_name["Health"].full_name
    reflection.enable_server_reflection(
        [*services, health_service, reflection.SERVICE_NAME], server
    )
    return server


def _options(settings: GatewaySettings) -> list[tuple[str, int]]:
    """What a peer may send, and how a connection ends whose peer is dead, slow or old.

    How long a reply may be is for the core to say.
    """
    keepalive_milliseconds = round(settings.keepalive_seconds * 1000)
    return [
        ("grpc.max_receive_message_length", settings.max_request_bytes + _BYTES_TO_REFUSE),
        # One too many on the port is an error, unless there are to be several.
        ("grpc.so_reuseport", int(settings.gateways > 1)),
        ("grpc.server_handshake_timeout_ms", round(settings.head_seconds * 1000)),
        ("grpc.keepalive_time_ms", keepalive_milliseconds),
        ("grpc.keepalive_timeout_ms", keepalive_milliseconds // 3),
        ("grpc.max_connection_age_ms", round(settings.max_connection_seconds * 1000)),
        ("grpc.max_connection_age_grace_ms", round(settings.timeout_seconds * 1000)),
    ]


def _add_services(server: grpc.aio.Server, core: Core, settings: GatewaySettings) -> list[str]:
    services = []
    for service, methods in groupby(
        (*METHODS, *INFERENCE_METHODS.values()), key=lambda method: method.service
    ):
        handlers = {method.name: _rpc_handler(core, method, settings) for method in methods}
        generic = grpc.method_handlers_generic_handler(service, handlers)
        server.add_generic_rpc_handlers((generic,))
        services.append(service)
    return services


def _rpc_handler(
    core: Core, method: Method, settings: GatewaySettings
) -> "grpc.RpcMethodHandler[bytes, bytes]":
    """Without (de)serializers: gRPC's own would answer a bad message with INTERNAL."""
    if method.stream is not None:
        return grpc.unary_stream_rpc_method_handler(_stream_handler(core, method, settings))
    return grpc.unary_unary_rpc_method_handler(_call_handler(core, method, settings))


def _call_handler(core: Core, method: Method, settings: GatewaySettings) -> Handler:
    async def handle(data: bytes, rpc: ServicerContext) -> bytes:
        parse = partial(_parsed, method, settings.max_request_bytes, data)
        try:
            context = await _call_context(core, rpc, settings)
            reply = await core.call(method, parse, context)
            return reply.SerializeToString()
        except CallFailed as failure:
            await abort(rpc, failure)

    return handle


def _stream_handler(core: Core, method: Method, settings: GatewaySettings) -> Handler:
    async def handle(data: bytes, rpc: ServicerContext) -> None:
        parse = partial(_parsed, method, settings.max_request_bytes, data)
        try:
            context = await _call_context(core, rpc, settings)
            # Else it would go with the first reply, and could not while that waits be aborted.
            await rpc.send_initial_metadata(())
            await core.stream(method, parse, context, partial(_send, rpc))
        except CallFailed as failure:
            await abort(rpc, failure)

    return handle


async def _send(rpc: ServicerContext, reply: Message) -> None:
    try:
        await rpc.write(reply.SerializeToString())
    except grpc.aio.BaseError as error:
        raise Cancelled("the caller left") from error


async def _parsed(method: Method, limit: int, data: bytes, hold: Hold) -> Message:
    if len(data) > limit:
        raise InputTooLong(f"the message is over the limit of {limit} bytes")
    hold.grow_to(len(data))
    return parse_message(method.request_type, data)


async def _call_context(core: Core, rpc: ServicerContext, settings: GatewaySettings) -> CallContext:
    metadata = dict(rpc.invocation_metadata() or ())
    request_id = request_id_of(_text(metadata.get(REQUEST_ID_HEADER)))
    rpc.set_trailing_metadata(((REQUEST_ID_HEADER, request_id),))
    deadline = deadline_after(rpc.time_remaining(), at_most=settings.timeout_seconds)
    must_read_until(deadline + settings.idle_seconds, rpc)
    caller = await core.caller(_text(metadata.get(AUTHORIZATION_HEADER)), "grpc", deadline)
    return CallContext(
        protocol="grpc",
        request_id=request_id,
        deadline=deadline,
        caller=caller,
        variant=_text(metadata.get(VARIANT_HEADER)) or "",
        traceparent=traceparent_of(_text(metadata.get(TRACEPARENT))),
        tracestate=_text(metadata.get(TRACESTATE)) or "",
    )


def _text(value: str | bytes | None) -> str | None:
    return value if isinstance(value, str) else None
