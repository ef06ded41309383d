"""Whether calls are traced, by OpenTelemetry's own variables."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import TypeAlias

from salience.gateway.call_context import CallContext
from salience.gateway.call_trace import CallTrace, Untraced
from salience.gateway.methods import Method

StartTrace: TypeAlias = Callable[[Method, CallContext], CallTrace]

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")


class TracingNotInstalled(Exception):
    """Traces are asked for, but OpenTelemetry is not there."""


def untraced(method: Method, context: CallContext) -> CallTrace:
    """What starts no trace."""
    return Untraced(context.traceparent)


def traces_are_wanted(environment: Mapping[str, str]) -> bool:
    """Whether there is somewhere to send them, and nothing says not to."""
    has_endpoint = any(environment.get(name) for name in _ENDPOINTS)
    exporter = environment.get("OTEL_TRACES_EXPORTER", "otlp" if has_endpoint else "none")
    return exporter == "otlp" and environment.get("OTEL_SDK_DISABLED", "").lower() != "true"


@contextmanager
def tracing(environment: Mapping[str, str] = os.environ) -> Iterator[StartTrace]:
    """What starts the trace of a call; when the block is left, all spans have been sent.

    Raises TracingNotInstalled.
    """
    if not traces_are_wanted(environment):
        yield untraced
        return
    try:
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        message = "traces are asked for (OTEL_…): pip install 'salience[tracing]'"
        raise TracingNotInstalled(message) from error
    from salience.gateway.spans import Spans

    named = OTELResourceDetector().detect().attributes
    provider = TracerProvider(resource=Resource.create({"service.name": "salience", **named}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    try:
        yield Spans(provider.get_tracer("salience.gateway", version("salience")))
    finally:
        provider.shutdown()
