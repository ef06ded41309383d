"""What is known of each model at the moment of a scrape, for Prometheus and the autoscaler."""

from collections.abc import Callable, Iterable, Mapping

from prometheus_client import Metric
from prometheus_client.registry import Collector

from salience.gateway.registry import Registry, ServedModel
from salience.metrics import catalogue
from salience.metrics.metric import Metric as CataloguedMetric

GAUGES: Mapping[CataloguedMetric, Callable[[ServedModel], int]] = {
    catalogue.ROWS_WAITING: lambda served: served.admission.num_waiting,
    catalogue.ROWS_RUNNING: lambda served: served.admission.num_running,
    catalogue.WORKERS: lambda served: served.num_workers,
    catalogue.MODEL_READY: lambda served: int(served.is_ready),
}


class RowMetrics(Collector):
    """Reads the registry at the moment of the scrape."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def collect(self) -> Iterable[Metric]:
        """A gauge of every kind for every model, and what each model is."""
        for metric, value in GAUGES.items():
            gauge = metric.family()
            for served in self._registry.models():
                gauge.add_metric([served.name], value(served))
            yield gauge
        yield self._info()

    def _info(self) -> Metric:
        info: Metric = catalogue.MODEL_INFO.family()
        for served in self._registry.models():
            if model := served.description:
                labels = (served.name, model.version, model.digest, model.engine, model.device)
                info.add_sample(
                    info.name, dict(zip(catalogue.MODEL_INFO.labels, labels, strict=True)), 1
                )
        return info
