"""The metrics that the worker processes leave in a folder, as one collector."""

import struct
from collections.abc import Iterable
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector


class WorkerMetrics(Collector):
    """Adds up prometheus_client's multiprocess files.

    A worker that is starting or was killed may leave an empty or torn file: it is passed over.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        """The sums over all processes, dead ones included."""
        files = [str(path) for path in self._folder.glob("*.db") if _is_readable(path)]
        return MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call, no-any-return]


def _is_readable(path: Path) -> bool:
    try:
        list(MmapedDict.read_all_values_from_file(str(path)))  # type: ignore[no-untyped-call]
    except (OSError, ValueError, struct.error, RuntimeError):
        return False
    return True
