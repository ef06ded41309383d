"""The metrics that the workers and the supervisor leave in a folder, as one collector."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from salience.metrics.ended_workers import reading
from salience.metrics.worker_file import is_readable

SUPERVISOR_METRICS_FILE = "supervisor.prom"


class MetricsFolder(Collector):
    """Adds up prometheus_client's multiprocess files, and passes the supervisor's on.

    A worker that is starting or was killed may leave an empty or torn file: it is passed over.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        """The sums over all workers, dead ones included, and what the supervisor counts."""
        with suppress(FileNotFoundError):
            yield from self._workers()
        with suppress(FileNotFoundError):
            text = (self._folder / SUPERVISOR_METRICS_FILE).read_text()
            yield from text_string_to_metric_families(text)

    def _workers(self) -> Iterable[Metric]:
        with reading(self._folder):
            files = [str(path) for path in self._folder.glob("*.db") if is_readable(path)]
            metrics: Iterable[Metric] = MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]
        return metrics
