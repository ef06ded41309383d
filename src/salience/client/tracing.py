"""Spans of the client's calls, by the provider of traces of the program that uses it."""

from collections.abc import Callable
from typing import Any, NamedTuple

import grpc
from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR = TraceContextTextMapPropagator()


class _Details(NamedTuple):
    """What gRPC knows of a call besides its request."""

    method: str
    timeout: float | None
    metadata: list[tuple[str, str]]
    credentials: Any
    wait_for_ready: bool | None
    compression: Any


class TracingInterceptor(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):  # type: ignore[type-arg]
    """Makes a span of every call, each retry one of its own, and sends its context along."""

    def __init__(self, target: str) -> None:
        self._tracer = trace.get_tracer("salience.client")
        self._server = _server(target)

    def intercept_unary_unary(
        self, continuation: Callable[..., Any], client_call_details: Any, request: Any
    ) -> Any:
        """Called by gRPC."""
        name = client_call_details.method.lstrip("/")
        attributes = {**self._server, "rpc.system.name": "grpc", "rpc.method": name}
        span = self._tracer.start_span(name, kind=SpanKind.CLIENT, attributes=attributes)
        call = continuation(_with_context(client_call_details, span), request)
        call.add_done_callback(lambda done: _end(span, done.code()))
        return call

    intercept_unary_stream = intercept_unary_unary


def _with_context(details: Any, span: Span) -> _Details:
    carried: dict[str, str] = {}
    _PROPAGATOR.inject(carried, trace.set_span_in_context(span))
    return _Details(
        method=details.method,
        timeout=details.timeout,
        metadata=[*(details.metadata or ()), *carried.items()],
        credentials=details.credentials,
        wait_for_ready=details.wait_for_ready,
        compression=details.compression,
    )


def _end(span: Span, code: grpc.StatusCode) -> None:
    span.set_attribute("rpc.response.status_code", code.name)
    if code is not grpc.StatusCode.OK:
        span.set_attribute("error.type", code.name)
        span.set_status(Status(StatusCode.ERROR))
    span.end()


def _server(target: str) -> dict[str, str | int]:
    """Host and port of a target that has one of each; of another, the target itself."""
    host, _, port = target.removeprefix("dns:///").rpartition(":")
    if port.isdecimal() and not set(host) & set(":,/"):
        return {"server.address": host, "server.port": int(port)}
    return {"server.address": target}
