"""The spans of calls, by OpenTelemetry's conventions for RPC and HTTP.

Workers make none: they tell the gateway when they did what, and it makes the spans of the
queue, the batch and its stages as well.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from google.rpc.code_pb2 import Code
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from yarl import URL

from salience.gateway.call_context import CallContext, HttpTarget
from salience.gateway.call_trace import CallTrace, Untraced
from salience.gateway.methods import Method
from salience.gateway.problem_details import HTTP_STATUS
from salience.tracing.batch_times import BatchTimes
from salience.tracing.traceparent import TRACEPARENT, TRACESTATE

_PROPAGATOR = TraceContextTextMapPropagator()
_ASKED_ALL_DAY = {"ServerLive", "ServerReady", "ModelReady"}
_SERVER_FAULTS = {
    *(Code.UNKNOWN, Code.DEADLINE_EXCEEDED, Code.UNIMPLEMENTED, Code.INTERNAL),
    *(Code.UNAVAILABLE, Code.DATA_LOSS),
}


@dataclass(frozen=True)
class Spans:
    """Starts the span of each call, below the caller's own."""

    tracer: Tracer

    def __call__(self, method: Method, context: CallContext) -> CallTrace:
        """The trace of a call that has just arrived."""
        if method.name in _ASKED_ALL_DAY:
            return Untraced(context.traceparent)
        carried = {TRACEPARENT: context.traceparent, TRACESTATE: context.tracestate}
        http = context.http_target
        name = f"{http.verb} {http.route}" if http else _full_name(method)
        attributes = _http_attributes(http) if http else _rpc_attributes(method)
        span = self.tracer.start_span(
            name,
            _PROPAGATOR.extract(carried, Context()),
            SpanKind.SERVER,
            {**attributes, "salience.request_id": context.request_id},
        )
        return CallSpan(self.tracer, span, over_http=http is not None)


@dataclass(frozen=True)
class CallSpan:
    """A call as a span, its rows below it."""

    tracer: Tracer
    span: Span
    over_http: bool

    @property
    def traceparent(self) -> str:
        """The context of the span."""
        return _traceparent(self.span)

    @contextmanager
    def row(self, url: URL, *, num_items: int, waiting_since_ns: int) -> Iterator["RowSpan"]:
        """A span of the wait, and one of the request to TorchServe."""
        below = set_span_in_context(self.span, Context())
        sent_ns = time.time_ns()
        _ended_span(self.tracer, "wait", below, waiting_since_ns, sent_ns)
        attributes: dict[str, str | int] = {
            "http.request.method": "POST",
            "server.address": url.host or "",
            "server.port": url.port or 0,
            "url.full": str(url),
            "salience.items": num_items,
        }
        span = self.tracer.start_span(
            "POST", below, SpanKind.CLIENT, attributes, start_time=sent_ns
        )
        try:
            yield RowSpan(self.tracer, span, sent_ns)
        except BaseException as error:
            _fail(span, type(error).__name__)
            raise
        finally:
            span.end()

    def ended(self, model: str, code: int) -> None:
        """End the span with its status."""
        self.span.set_attribute("salience.model", model)
        if self.over_http:
            status = HTTP_STATUS.get(code, 200)
            self.span.set_attribute("http.response.status_code", status)
            if status >= 500:
                _fail(self.span, str(status))
        else:
            self.span.set_attribute("rpc.response.status_code", Code.Name(code))
            if code in _SERVER_FAULTS:
                _fail(self.span, Code.Name(code))
        self.span.end()


@dataclass(frozen=True)
class RowSpan:
    """A row as the span of a request, the worker's batch below it."""

    tracer: Tracer
    span: Span
    sent_ns: int

    @property
    def traceparent(self) -> str:
        """The context of the span."""
        return _traceparent(self.span)

    def answered(self, batch_times: str) -> None:
        """Spans of TorchServe's queue, and of the worker's stages."""
        self.span.set_attribute("http.response.status_code", 200)
        times = BatchTimes.of_header(batch_times)
        if times is None or not self.span.is_recording():
            return
        # Should the clocks differ after all, the spans still lie within the request.
        now_ns = time.time_ns()
        read, predict, reply, end = (
            min(max(moment, self.sent_ns), now_ns) for moment in times[-4:]
        )
        row = set_span_in_context(self.span, Context())
        _ended_span(self.tracer, "queue", row, self.sent_ns, read)
        attributes = {
            "salience.batch.rows": times.num_rows,
            "salience.batch.items": times.num_items,
            "process.pid": times.pid,
        }
        batch = _ended_span(self.tracer, "batch", row, read, end, attributes)
        within = set_span_in_context(batch, Context())
        _ended_span(self.tracer, "read", within, read, predict)
        _ended_span(self.tracer, "predict", within, predict, reply)
        _ended_span(self.tracer, "reply", within, reply, end)


def _ended_span(
    tracer: Tracer,
    name: str,
    parent: Context,
    start_ns: int,
    end_ns: int,
    attributes: Mapping[str, int] | None = None,
) -> Span:
    span = tracer.start_span(name, parent, attributes=attributes, start_time=start_ns)
    span.end(end_ns)
    return span


def _rpc_attributes(method: Method) -> dict[str, str]:
    return {"rpc.system.name": "grpc", "rpc.method": _full_name(method)}


def _http_attributes(target: HttpTarget) -> dict[str, str]:
    return {
        "http.request.method": target.verb,
        "http.route": target.route,
        "url.path": target.path,
        "url.scheme": target.scheme,
    }


def _full_name(method: Method) -> str:
    return f"{method.service}/{method.name}"


def _fail(span: Span, error_type: str) -> None:
    span.set_attribute("error.type", error_type)
    span.set_status(Status(StatusCode.ERROR))


def _traceparent(span: Span) -> str:
    carried: dict[str, str] = {}
    _PROPAGATOR.inject(carried, set_span_in_context(span, Context()))
    return carried.get(TRACEPARENT, "")
