import subprocess
import sys
from collections.abc import Iterator, Sequence

import grpc
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from salience.client import Client
from salience.gateway.spans import Spans
from salience.gateway.tracing import traces_are_wanted, tracing
from tests.unit.gateway.fake_torchserve import torchserve_error
from tests.unit.gateway.harness import Harness, running_harness, translate_body, wait_until
from tests.unit.gateway.trace_receiver import trace_receiver

TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
TRANSLATE = "salience.v1.TranslationService/Translate"
BELOW_A_ROW = ["queue", "batch", "read", "predict", "reply"]


def traceparent(flags: str = "01") -> dict[str, str]:
    return {"traceparent": f"00-{TRACE_ID}-b7ad6b7169203331-{flags}"}


@pytest.fixture(scope="module")
def exporter() -> InMemorySpanExporter:
    """Keeps the spans of the client, whose provider is that of the process, and the gateway's."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


@pytest.fixture(scope="module")
def traced_gateway(exporter: InMemorySpanExporter) -> Iterator[Harness]:
    with running_harness(start_trace=Spans(trace.get_tracer("gateway"))) as harness:
        yield harness


@pytest.fixture
def gateway(traced_gateway: Harness, exporter: InMemorySpanExporter) -> Harness:
    traced_gateway.fake.forget()
    exporter.clear()
    return traced_gateway


def names(spans: Sequence[ReadableSpan]) -> list[str]:
    """In the order of their beginnings, the outer first."""
    by_begin = sorted(spans, key=lambda span: (span.start_time or 0, -(span.end_time or 0)))
    return [span.name for span in by_begin]


def finished(exporter: InMemorySpanExporter, number: int) -> dict[str, ReadableSpan]:
    """As many spans, by name; of two with the same name the outer one."""
    wait_until(lambda: len(exporter.get_finished_spans()) >= number)
    return {span.name: span for span in exporter.get_finished_spans()}


def parent_of(span: ReadableSpan, spans: dict[str, ReadableSpan]) -> str:
    [name] = [
        name
        for name, other in spans.items()
        if span.parent and other.context and other.context.span_id == span.parent.span_id
    ]
    return name


def attributes(span: ReadableSpan) -> dict[str, object]:
    return dict(span.attributes or {})


def test_a_call_of_the_client_is_one_trace_down_to_the_stages_of_its_batch(
    gateway: Harness, exporter: InMemorySpanExporter
) -> None:
    with Client(f"127.0.0.1:{gateway.ports.grpc}", tracing=True) as client:
        client.translate(["a secret"])

    wait_until(lambda: len(exporter.get_finished_spans()) == 9)
    spans = exporter.get_finished_spans()
    assert names(spans) == [TRANSLATE, TRANSLATE, "wait", "POST", *BELOW_A_ROW]
    [client_span] = [span for span in spans if span.parent is None]
    assert client_span.kind is SpanKind.CLIENT
    assert len({span.context.trace_id for span in spans if span.context}) == 1
    by_name = {span.name: span for span in spans if span is not client_span}
    parents = {name: parent_of(by_name[name], by_name) for name in ["wait", "POST", *BELOW_A_ROW]}
    assert parents == {
        **dict.fromkeys(["wait", "POST"], TRANSLATE),
        **dict.fromkeys(["queue", "batch"], "POST"),
        **dict.fromkeys(["read", "predict", "reply"], "batch"),
    }
    assert client_span.context
    server_parent = by_name[TRANSLATE].parent
    assert server_parent
    assert server_parent.span_id == client_span.context.span_id
    assert "secret" not in "".join(span.to_json() for span in spans)


def test_spans_of_grpc_follow_the_conventions(
    gateway: Harness, exporter: InMemorySpanExporter
) -> None:
    with Client(f"127.0.0.1:{gateway.ports.grpc}", tracing=True) as client:
        client.translate(["a"])

    wait_until(lambda: len(exporter.get_finished_spans()) == 9)
    spans = exporter.get_finished_spans()
    [of_server] = [span for span in spans if span.kind is SpanKind.SERVER]
    [of_client] = [span for span in spans if span.parent is None]
    shared = {"rpc.system.name": "grpc", "rpc.method": TRANSLATE, "rpc.response.status_code": "OK"}
    own = {**shared, "salience.model": "translation-en-de"}
    server = {"server.address": "127.0.0.1", "server.port": gateway.ports.grpc}
    assert attributes(of_server).items() >= own.items()
    assert attributes(of_client) == {**shared, **server}


def test_spans_of_http_continue_the_trace_of_the_header(
    gateway: Harness, exporter: InMemorySpanExporter
) -> None:
    gateway.http(
        "POST",
        "/v1/translate",
        translate_body("a"),
        headers={**traceparent(), "tracestate": "vendor=1", "x-request-id": "r-1"},
    )

    spans = finished(exporter, 8)
    span = spans["POST /v1/translate"]
    assert span.kind is SpanKind.SERVER
    assert span.context
    assert f"{span.context.trace_id:032x}" == TRACE_ID
    assert span.context.trace_state.get("vendor") == "1"
    assert attributes(span) == {
        "http.request.method": "POST",
        "http.route": "/v1/translate",
        "url.path": "/v1/translate",
        "url.scheme": "http",
        "http.response.status_code": 200,
        "salience.request_id": "r-1",
        "salience.model": "translation-en-de",
    }
    assert attributes(spans["POST"])["url.full"] == (
        f"{gateway.fake.url}/predictions/translation-en-de"
    )
    assert attributes(spans["batch"])["salience.batch.rows"] == 1


def test_what_the_caller_does_not_sample_leaves_no_span(
    gateway: Harness, exporter: InMemorySpanExporter
) -> None:
    body = translate_body("a")

    gateway.http("POST", "/v1/translate", body, headers=traceparent("00"))
    gateway.http("POST", "/v1/translate", body, headers=traceparent("01"))

    assert len(finished(exporter, 8)) == len(exporter.get_finished_spans()) == 8


def test_a_failure_of_the_service_is_an_error_of_its_spans(
    gateway: Harness, exporter: InMemorySpanExporter
) -> None:
    gateway.fake.answer_instead = lambda row: torchserve_error(500, "Internal", "no")

    with pytest.raises(grpc.RpcError):
        gateway.translate("a")

    spans = finished(exporter, 3)
    assert spans[TRANSLATE].status.status_code is StatusCode.ERROR
    assert attributes(spans[TRANSLATE])["error.type"] == "INTERNAL"
    assert spans["POST"].status.status_code is StatusCode.ERROR


def test_a_mistake_of_the_caller_is_no_error_of_the_service(
    gateway: Harness, exporter: InMemorySpanExporter
) -> None:
    gateway.http("POST", "/v1/translate", translate_body())

    span = finished(exporter, 1)["POST /v1/translate"]
    assert attributes(span)["http.response.status_code"] == 400
    assert span.status.status_code is StatusCode.UNSET


def test_a_stream_is_one_span_of_client_and_gateway_each(
    gateway: Harness, exporter: InMemorySpanExporter
) -> None:
    with Client(f"127.0.0.1:{gateway.ports.grpc}", tracing=True) as client:
        assert len(list(client.translate_stream(["One. Two."]))) == 2

    wait_until(lambda: len(exporter.get_finished_spans()) == 2 + 2 * 7)
    found = names(exporter.get_finished_spans())
    assert found.count("salience.v1.TranslationService/TranslateStream") == 2
    assert found.count("predict") == 2


def test_being_asked_for_health_makes_no_span(
    gateway: Harness, exporter: InMemorySpanExporter
) -> None:
    gateway.http("GET", "/v2/health/ready")
    gateway.http("GET", "/v2")

    assert list(finished(exporter, 1)) == ["GET /v2"]


def test_a_trace_arrives_whole_at_a_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    with trace_receiver() as receiver:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url)
        with tracing() as start_trace, running_harness(start_trace=start_trace) as gateway:
            gateway.http("POST", "/v1/translate", translate_body("a"), headers=traceparent())

        spans = receiver.spans()

    assert receiver.services() == {"salience"}
    assert {span.trace_id.hex() for span in spans} == {TRACE_ID}
    assert {span.name for span in spans} == {"POST /v1/translate", "wait", "POST", *BELOW_A_ROW}
    outside = {span.parent_span_id for span in spans} - {span.span_id for span in spans}
    assert {parent.hex() for parent in outside} == {"b7ad6b7169203331"}


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4317"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4317"}, True),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4317"}, False),
        ({"OTEL_TRACES_EXPORTER": "otlp", "OTEL_SDK_DISABLED": "true"}, False),
    ],
)
def test_opentelemetrys_own_variables_decide(environment: dict[str, str], wanted: bool) -> None:
    assert traces_are_wanted(environment) is wanted


def test_nothing_is_imported_when_nobody_asks_for_traces() -> None:
    program = (
        "import sys, salience.client, salience.gateway.server\n"
        "from salience.gateway.tracing import tracing, untraced\n"
        "with tracing({}) as start_trace: assert start_trace is untraced\n"
        "salience.client.Client('127.0.0.1:1').close()\n"
        "assert not any(name.startswith('opentelemetry') for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
