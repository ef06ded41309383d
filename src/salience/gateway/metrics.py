"""What the gateway counts and measures, for Prometheus."""

from collections.abc import Callable
from functools import cache

from prometheus_client import CollectorRegistry, disable_created_metrics

from salience.gateway.call_context import CallContext, WireProtocol
from salience.metrics import catalogue

disable_created_metrics()  # type: ignore[no-untyped-call]


class GatewayMetrics:
    """The metrics of one gateway; `registry` is what is scraped."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        # Finding the child of a label set takes longer than counting: hence the caches.
        self._requests = cache(catalogue.REQUESTS.counter(self.registry).labels)
        self._shed_unread = catalogue.REQUESTS_SHED_UNREAD.counter(self.registry)
        self._duration = cache(catalogue.REQUEST_DURATION.histogram(self.registry).labels)
        self._queue = cache(catalogue.QUEUE.histogram(self.registry).labels)
        self._inference = cache(catalogue.INFERENCE.histogram(self.registry).labels)
        self._in_flight = cache(catalogue.REQUESTS_IN_FLIGHT.gauge(self.registry).labels)
        self._items = cache(catalogue.ITEMS.counter(self.registry).labels)
        self._shadow_items = cache(catalogue.SHADOW_ITEMS.counter(self.registry).labels)
        self._key_calls = cache(catalogue.KEY_CALLS.counter(self.registry).labels)
        self._refused = cache(catalogue.AUTHENTICATIONS_REFUSED.counter(self.registry).labels)
        self._rows_resent = cache(catalogue.ROWS_RESENT.counter(self.registry).labels)

    def call_started(self, method: str, context: CallContext) -> None:
        """A call has arrived."""
        self._in_flight(method, context.protocol).inc()

    def call_ended(self, method: str, context: CallContext, code: str, seconds: float) -> None:
        """A call has ended with a canonical code."""
        self._in_flight(method, context.protocol).dec()
        self._requests(method, context.model, context.protocol, code).inc()
        self._duration(method, context.model, context.protocol, code).observe(seconds)
        if context.caller.key_id:
            self._key_calls(context.caller.key_id, code).inc()

    def call_shed_unread(self) -> None:
        """There was no room for a request."""
        self._shed_unread.inc()

    def authentication_refused(self, protocol: WireProtocol) -> None:
        """A call had no valid key."""
        self._refused(protocol).inc()

    def show_certificate_expiry(self, expires_at: Callable[[], float]) -> None:
        """Ask for it at every scrape."""
        catalogue.CERTIFICATE_EXPIRY.gauge(self.registry).set_function(expires_at)

    def time_spent(self, model: str, *, queue_seconds: float, inference_seconds: float) -> None:
        """Where the time of a call, or of a sentence of a stream, went."""
        self._queue(model).observe(queue_seconds)
        self._inference(model).observe(inference_seconds)

    def items_ended(self, model: str, outcome: str, count: int = 1) -> None:
        """Items were served, or not."""
        self._items(model, outcome).inc(count)

    def shadow_compared(self, model: str, outcome: str, count: int = 1) -> None:
        """A candidate's answers were compared with those of the model."""
        self._shadow_items(model, outcome).inc(count)

    def row_resent(self, model: str) -> None:
        """A row goes to another worker."""
        self._rows_resent(model).inc()
