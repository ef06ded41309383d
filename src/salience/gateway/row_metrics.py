"""How much of each model's work waits and runs, for Prometheus and the autoscaler."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from salience.gateway.registry import Registry, ServedModel

GAUGES: Mapping[str, tuple[str, Callable[[ServedModel], int]]] = {
    "salience_rows_waiting": (
        "Rows that wait in the gateway.",
        lambda served: served.admission.num_waiting,
    ),
    "salience_rows_running": (
        "Rows sent to TorchServe and not answered yet.",
        lambda served: served.admission.num_running,
    ),
    "salience_workers": (
        "Worker processes that have loaded the model, as last seen.",
        lambda served: served.num_workers,
    ),
}


class RowMetrics(Collector):
    """Reads the registry at the moment of the scrape."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def collect(self) -> Iterable[Metric]:
        """A gauge of every kind for every model."""
        for name, (help_text, value) in GAUGES.items():
            gauge: Any = GaugeMetricFamily(name, help_text, labels=["model"])
            for served in self._registry.models():
                gauge.add_metric([served.name], value(served))
            yield gauge
