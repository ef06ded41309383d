"""What tracing costs: `python -m loadtests.bench.tracing`.

Of two gateways before the same workers one traces every call, and sends the spans to a collector
that counts them. Logs are no part of it: no line of them is written for a call.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import grpc
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import TraceServiceServicer
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from loadtests.bench.guarded_gateways import OPEN, Guards
from loadtests.bench.pairs import measured
from tests.unit.gateway.trace_receiver import receiving


@dataclass
class SpanCounter(TraceServiceServicer):
    """A collector of traces that keeps nothing."""

    spans: int = 0
    calls: int = 0

    def Export(  # noqa: N802
        self, request: ExportTraceServiceRequest, context: grpc.ServicerContext
    ) -> ExportTraceServiceResponse:
        """Count what a gateway sends."""
        for part in request.resource_spans:
            for scope in part.scope_spans:
                self.spans += len(scope.spans)
                self.calls += sum(span.kind == Span.SPAN_KIND_SERVER for span in scope.spans)
        return ExportTraceServiceResponse()


@contextmanager
def counted_spans() -> Iterator[tuple[SpanCounter, Guards]]:
    """A collector, and the settings of a gateway that sends all its spans there."""
    counter = SpanCounter()
    with receiving(counter) as url:
        variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_TRACES_SAMPLER": "always_on"}
        yield counter, replace(OPEN, variables=variables)


def main() -> None:
    """Measure, and say what the collector was sent."""
    with counted_spans() as (counter, traced):
        measured("tracing", __doc__, traced)
    print(f"the collector was sent {counter.spans:,} spans of {counter.calls:,} calls")


if __name__ == "__main__":
    main()
