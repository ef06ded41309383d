"""What the supervisor counts, and how it reaches whoever is scraped."""

import asyncio
import os
import re
from collections import Counter
from pathlib import Path

import psutil
import pytest
from prometheus_client import CollectorRegistry, write_to_textfile

from salience.metrics import catalogue
from salience.metrics.folder import SUPERVISOR_METRICS_FILE, MetricsFolder
from salience.supervisor.metrics import REASONS, SupervisorMetrics
from salience.supervisor.worker_watch import STOPPED, TOO_LARGE
from tests.unit.supervisor.polling import until

NO_PROCESS = 2**22
"""Linux gives a process no larger number."""


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


@pytest.mark.parametrize(
    ("looks", "num_dead"),
    [
        ([(2, (1, 2)), (2, (1, 3)), (2, (3,)), (2, (3, 4))], 2),
        ([(1, (1,)), (4, (1,)), (4, (1, 2, 3, 4)), (1, (1, 2)), (1, (1,))], 0),
        ([(4, (1, 2, 3, 4)), (3, (1, 2))], 1),
    ],
    ids=["died one after the other", "scaled up and down", "died while another was stopped"],
)
def test_a_worker_has_died_when_it_is_gone_and_no_fewer_are_wanted(
    looks: list[tuple[int, tuple[int, ...]]], num_dead: int
) -> None:
    metrics = SupervisorMetrics()
    for num_wanted, numbers in looks:
        pids = [number + NO_PROCESS for number in numbers]
        metrics.workers_seen("m", num_ready=len(pids), num_wanted=num_wanted, pids=pids)

    assert deaths(metrics) == num_dead


def test_workers_that_ended_with_their_model_did_not_die() -> None:
    metrics = SupervisorMetrics()
    metrics.workers_seen("m", num_ready=1, num_wanted=2, pids=(os.getpid(),))
    metrics.registered("m", num_wanted=2)

    assert deaths(metrics) == 0


def deaths(metrics: SupervisorMetrics) -> float | None:
    return metrics.registry.get_sample_value("salience_worker_deaths_total", {"model": "m"})


def test_workers_that_were_killed_are_counted_once() -> None:
    metrics = SupervisorMetrics()
    for _ in range(2):
        metrics.workers_killed(Counter({"too large": 3}))

    labels = {"reason": "worker_too_large"}
    assert metrics.registry.get_sample_value("salience_restarts_total", labels) == 3


def test_every_reason_is_there_before_its_first_event() -> None:
    metrics = SupervisorMetrics()
    metrics.workers_killed(Counter({STOPPED: 0, TOO_LARGE: 0}))
    told = [sample for metric in metrics.registry.collect() for sample in metric.samples]

    name = catalogue.RESTARTS.name
    restarts = {one.labels["reason"]: one.value for one in told if one.name == name}
    assert restarts == dict.fromkeys(REASONS, 0)
    assert set(re.findall(r"`(\w+)`", catalogue.RESTARTS.help_text)) == set(REASONS)


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_explained_to_whoever_is_paged(reason: str) -> None:
    assert f"`{reason}`" in Path("docs/runbooks/ServiceRestarts.md").read_text()


def test_the_supervisor_keeps_no_file_of_a_worker_that_has_ended(tmp_path: Path) -> None:
    ended, own = tmp_path / f"histogram_{NO_PROCESS + 1}.db", tmp_path / SUPERVISOR_METRICS_FILE
    ended.touch()

    async def write() -> None:
        writing = asyncio.create_task(SupervisorMetrics().write(own, every_seconds=60))
        await until(own.exists)
        writing.cancel()

    asyncio.run(write())
    assert not ended.exists()


def test_what_the_supervisor_writes_is_served_with_the_workers_metrics(tmp_path: Path) -> None:
    metrics = SupervisorMetrics()
    metrics.restarted("gateway_ended")
    write_to_textfile(str(tmp_path / SUPERVISOR_METRICS_FILE), metrics.registry)
    served = CollectorRegistry()
    served.register(MetricsFolder(tmp_path))

    labels = {"reason": "gateway_ended"}
    assert served.get_sample_value("salience_restarts_total", labels) == 1
