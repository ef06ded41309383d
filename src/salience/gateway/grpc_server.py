"""The gRPC transport: bytes in, bytes out, everything between is the core's."""

from collections.abc import Awaitable, Callable
from functools import partial
from itertools import groupby
from typing import Any, TypeAlias

import grpc
from google.protobuf.message import Message

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
from salience.gateway.grpc_messages import BYTES_TO_REFUSE, GrpcMessages
from salience.gateway.grpc_open_services import OpenServices
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

_MAX_STREAMS = 1000
"""At a time on one connection, more than can be in hand; further ones wait at their client."""

ServicerContext: TypeAlias = "grpc.aio.ServicerContext[bytes, bytes]"
Handler: TypeAlias = Callable[[Any, ServicerContext], Awaitable[Any]]
ParseMessage: TypeAlias = Callable[[ServicerContext, Hold], Awaitable[Message]]


def build_grpc_server(core: Core, health: Health, settings: GatewaySettings) -> grpc.aio.Server:
    """A server of every method, of grpc.health.v1 and of reflection; not started yet."""
    messages = GrpcMessages(settings)
    server = grpc.aio.server(options=_options(settings))
    services = _add_services(server, core, messages, settings)
    OpenServices(messages, core.holding).add_to(server, health, services)
    return server


def _options(settings: GatewaySettings) -> list[tuple[str, int]]:
    """What a peer may send, and how a connection ends whose peer is dead, slow or old.

    How long a reply may be is for the core to say.
    """
    keepalive_milliseconds = round(settings.keepalive_seconds * 1000)
    return [
        ("grpc.max_receive_message_length", settings.max_request_bytes + BYTES_TO_REFUSE),
        ("grpc.max_concurrent_streams", _MAX_STREAMS),
        # Else it lets 64 MiB of each call come that nobody asked for, if the network is fast.
        ("grpc.http2.bdp_probe", 0),
        # One too many on the port is an error, unless there are to be several.
        ("grpc.so_reuseport", int(settings.gateways > 1)),
        ("grpc.server_handshake_timeout_ms", round(settings.head_seconds * 1000)),
        ("grpc.keepalive_time_ms", keepalive_milliseconds),
        ("grpc.keepalive_timeout_ms", keepalive_milliseconds // 3),
        ("grpc.max_connection_age_ms", round(settings.max_connection_seconds * 1000)),
        ("grpc.max_connection_age_grace_ms", round(settings.timeout_seconds * 1000)),
    ]


def _add_services(
    server: grpc.aio.Server, core: Core, messages: GrpcMessages, settings: GatewaySettings
) -> list[str]:
    services = []
    for service, methods in groupby(
        (*METHODS, *INFERENCE_METHODS.values()), key=lambda method: method.service
    ):
        handlers = {
            method.name: _rpc_handler(core, method, messages, settings) for method in methods
        }
        generic = grpc.method_handlers_generic_handler(service, handlers)
        server.add_generic_rpc_handlers((generic,))
        services.append(service)
    return services


def _rpc_handler(
    core: Core, method: Method, messages: GrpcMessages, settings: GatewaySettings
) -> "grpc.RpcMethodHandler[bytes, bytes]":
    """Without (de)serializers: gRPC's own would answer a bad message with INTERNAL.

    Called before there is a message: who calls is asked first.
    """
    parse = partial(_parsed, method, messages, settings.max_request_bytes)
    if method.stream is not None:
        return grpc.stream_stream_rpc_method_handler(_stream_handler(core, method, parse, settings))
    return grpc.stream_unary_rpc_method_handler(_call_handler(core, method, parse, settings))


def _call_handler(
    core: Core, method: Method, parse: ParseMessage, settings: GatewaySettings
) -> Handler:
    async def handle(requests: Any, rpc: ServicerContext) -> bytes:
        try:
            context = await _call_context(core, rpc, settings)
            reply = await core.call(method, partial(parse, rpc), context)
            return reply.SerializeToString()
        except CallFailed as failure:
            status = failure.status
        return await abort(rpc, status)

    return handle


def _stream_handler(
    core: Core, method: Method, parse: ParseMessage, settings: GatewaySettings
) -> Handler:
    async def handle(requests: Any, rpc: ServicerContext) -> None:
        try:
            context = await _call_context(core, rpc, settings)
            # Else it would go with the first reply, and could not while that waits be aborted.
            await rpc.send_initial_metadata(())
            await core.stream(method, partial(parse, rpc), context, partial(_send, rpc))
            return
        except CallFailed as failure:
            status = failure.status
        await abort(rpc, status)

    return handle


async def _send(rpc: ServicerContext, reply: Message) -> None:
    try:
        await rpc.write(reply.SerializeToString())
    except grpc.aio.BaseError as error:
        raise Cancelled("the caller left") from error


async def _parsed(
    method: Method, messages: GrpcMessages, limit: int, rpc: ServicerContext, hold: Hold
) -> Message:
    data = await messages.next_of(rpc, hold)
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
