"""What one metric is, and the prometheus_client object made from it."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

Kind: TypeAlias = Literal["counter", "gauge", "histogram"]
_SERIES = {"counter": ("",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}


@dataclass(frozen=True)
class Metric:
    """A name that ends with its unit, what it means, and the labels it is told apart by."""

    name: str
    kind: Kind
    help_text: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()

    @property
    def series(self) -> set[str]:
        """The names under which Prometheus finds it."""
        return {self.name + suffix for suffix in _SERIES[self.kind]}

    @property
    def unit(self) -> str:
        """`seconds`, `bytes`, `ratio`; empty for what is only counted."""
        last = self.name.removesuffix("_total").rsplit("_", 1)[-1]
        return last if last in {"seconds", "bytes", "ratio"} else ""

    def counter(self, registry: CollectorRegistry = REGISTRY) -> Counter:
        """A counter to increase."""
        return Counter(self.name, self.help_text, self.labels, registry=registry)

    def gauge(self, registry: CollectorRegistry = REGISTRY) -> Gauge:
        """A gauge to set, by one process."""
        return Gauge(self.name, self.help_text, self.labels, registry=registry)

    def shared_gauge(self) -> Gauge:
        """A gauge of which each process tells a part: the sum over those that are alive."""
        return Gauge(self.name, self.help_text, self.labels, multiprocess_mode="livesum")

    def histogram(self, registry: CollectorRegistry = REGISTRY) -> Histogram:
        """A histogram to observe values with."""
        return Histogram(
            self.name, self.help_text, self.labels, buckets=self.buckets, registry=registry
        )

    def family(self) -> Any:
        """An empty family, for what is read at the moment of the scrape."""
        family = CounterMetricFamily if self.kind == "counter" else GaugeMetricFamily
        return family(self.name, self.help_text, labels=self.labels)
