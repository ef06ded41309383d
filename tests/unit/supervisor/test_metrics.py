"""What the supervisor counts, and how it reaches whoever is scraped."""

import os
from collections import Counter
from pathlib import Path

import psutil
from prometheus_client import CollectorRegistry, write_to_textfile

from salience.metrics.folder import SUPERVISOR_METRICS_FILE, MetricsFolder
from salience.supervisor.metrics import SupervisorMetrics


def test_a_worker_is_counted_when_it_is_first_seen() -> None:
    metrics = SupervisorMetrics()
    for pids in ((os.getpid(),), (os.getpid(),), (), (os.getpid(),)):
        metrics.workers_seen("m", num_ready=len(pids), num_wanted=1, pids=pids)

    value = metrics.registry.get_sample_value
    assert value("salience_worker_starts_total", {"model": "m"}) == 2
    assert value("salience_supervisor_workers_ready", {"model": "m"}) == 1
    resident = value("salience_worker_resident_bytes", {"model": "m"})
    assert resident is not None
    assert abs(resident - psutil.Process().memory_info().rss) < 50 * 2**20


def test_workers_that_were_killed_are_counted_once() -> None:
    metrics = SupervisorMetrics()
    for _ in range(2):
        metrics.workers_killed(Counter({"too large": 3}))

    labels = {"reason": "worker_too_large"}
    assert metrics.registry.get_sample_value("salience_restarts_total", labels) == 3


def test_what_the_supervisor_writes_is_served_with_the_workers_metrics(tmp_path: Path) -> None:
    metrics = SupervisorMetrics()
    metrics.restarted("gateway_ended")
    write_to_textfile(str(tmp_path / SUPERVISOR_METRICS_FILE), metrics.registry)
    served = CollectorRegistry()
    served.register(MetricsFolder(tmp_path))

    labels = {"reason": "gateway_ended"}
    assert served.get_sample_value("salience_restarts_total", labels) == 1
