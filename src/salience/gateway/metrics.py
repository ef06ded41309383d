"""What the gateway counts and measures, for Prometheus."""

from collections.abc import Callable
from functools import cache

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
)

from salience.gateway.call_context import CallContext

disable_created_metrics()  # type: ignore[no-untyped-call]

_SECONDS = (
    *(0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075),
    *(0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0),
)


class GatewayMetrics:
    """The metrics of one gateway; `registry` is what is scraped."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = self._counter(
            "salience_requests_total",
            "Calls that ended, by the canonical gRPC code they ended with.",
            ("method", "model", "protocol", "code"),
        )
        self._duration = self._histogram(
            "salience_request_duration_seconds",
            "From the arrival of a call to its end.",
            ("method", "model", "protocol"),
        )
        self._queue = self._histogram(
            "salience_queue_seconds", "The part of a call not spent in the model.", ("model",)
        )
        self._inference = self._histogram(
            "salience_inference_seconds", "The part of a call spent in the model.", ("model",)
        )
        in_flight = Gauge(
            "salience_requests_in_flight",
            "Calls that have arrived and not ended.",
            ("method", "protocol"),
            registry=self.registry,
        )
        self._in_flight = cache(in_flight.labels)
        self._items = self._counter(
            "salience_items_total",
            "Items of calls: `OK`, or the reason of their error.",
            ("model", "outcome"),
        )
        self._rows_resent = self._counter(
            "salience_rows_resent_total",
            "Rows sent again because their worker had died.",
            ("model",),
        )

    def call_started(self, method: str, context: CallContext) -> None:
        """A call has arrived."""
        self._in_flight(method, context.protocol).inc()

    def call_ended(self, method: str, context: CallContext, code: str, seconds: float) -> None:
        """A call has ended with a canonical code."""
        self._in_flight(method, context.protocol).dec()
        self._requests(method, context.model, context.protocol, code).inc()
        self._duration(method, context.model, context.protocol).observe(seconds)

    def time_spent(self, model: str, *, queue_seconds: float, inference_seconds: float) -> None:
        """Where the time of a call, or of a sentence of a stream, went."""
        self._queue(model).observe(queue_seconds)
        self._inference(model).observe(inference_seconds)

    def items_ended(self, model: str, outcome: str, count: int = 1) -> None:
        """Items were served, or not."""
        self._items(model, outcome).inc(count)

    def row_resent(self, model: str) -> None:
        """A row goes to another worker."""
        self._rows_resent(model).inc()

    # Finding the child of a label set takes longer than counting: hence the caches.

    def _counter(
        self, name: str, help_text: str, labels: tuple[str, ...]
    ) -> Callable[..., Counter]:
        return cache(Counter(name, help_text, labels, registry=self.registry).labels)

    def _histogram(
        self, name: str, help_text: str, labels: tuple[str, ...]
    ) -> Callable[..., Histogram]:
        metric = Histogram(name, help_text, labels, buckets=_SECONDS, registry=self.registry)
        return cache(metric.labels)
