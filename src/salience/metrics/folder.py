"""The metrics that the workers and the supervisor leave in a folder, as one collector."""

import struct
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

SUPERVISOR_METRICS_FILE = "supervisor.prom"


class MetricsFolder(Collector):
    """Adds up prometheus_client's multiprocess files, and passes the supervisor's on.

    A worker that is starting or was killed may leave an empty or torn file: it is passed over.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        """The sums over all workers, dead ones included, and what the supervisor counts."""
        files = [str(path) for path in self._folder.glob("*.db") if _is_readable(path)]
        yield from MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]
        with suppress(FileNotFoundError):
            text = (self._folder / SUPERVISOR_METRICS_FILE).read_text()
            yield from text_string_to_metric_families(text)


def _is_readable(path: Path) -> bool:
    try:
        list(MmapedDict.read_all_values_from_file(str(path)))  # type: ignore[no-untyped-call]
    except (OSError, ValueError, struct.error, RuntimeError):
        return False
    return True
