"""A collector of traces as gateways know it: OTLP over gRPC."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import grpc
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import (
    TraceServiceServicer,
    add_TraceServiceServicer_to_server,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span


@dataclass
class TraceReceiver(TraceServiceServicer):
    """Keeps what it is sent."""

    url: str = ""
    requests: list[ExportTraceServiceRequest] = field(default_factory=list)

    def Export(  # noqa: N802
        self, request: ExportTraceServiceRequest, context: grpc.ServicerContext
    ) -> ExportTraceServiceResponse:
        self.requests.append(request)
        return ExportTraceServiceResponse()

    def services(self) -> set[str]:
        """The names of those whose spans have come."""
        return {
            attribute.value.string_value
            for request in self.requests
            for part in request.resource_spans
            for attribute in part.resource.attributes
            if attribute.key == "service.name"
        }

    def spans(self) -> list[Span]:
        """Every span that has come."""
        return [
            span
            for request in self.requests
            for part in request.resource_spans
            for scope in part.scope_spans
            for span in scope.spans
        ]


@contextmanager
def trace_receiver() -> Iterator[TraceReceiver]:
    """Receive on loopback, and keep it."""
    receiver = TraceReceiver()
    with receiving(receiver) as receiver.url:
        yield receiver


@contextmanager
def receiving(servicer: TraceServiceServicer) -> Iterator[str]:
    """The address of a collector on loopback."""
    with ThreadPoolExecutor(1) as threads:
        server = grpc.server(threads)
        add_TraceServiceServicer_to_server(servicer, server)  # type: ignore[no-untyped-call]
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        yield f"http://127.0.0.1:{port}"
        server.stop(None).wait()
