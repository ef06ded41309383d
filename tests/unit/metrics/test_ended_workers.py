"""What workers counted outlives them; their files and gauges do not."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from prometheus_client import CollectorRegistry

from salience.metrics.ended_workers import fold_ended_workers
from salience.metrics.folder import MetricsFolder

WORKER = """
from salience.metrics.catalogue import BATCH_ITEMS, GPU_MEMORY
BATCH_ITEMS.histogram().labels("m").observe(3)
GPU_MEMORY.shared_gauge().labels("m", "cuda:0").set(1e9)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two workers have ended and left their files."""
    for _ in range(2):
        environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
        subprocess.run([sys.executable, "-c", WORKER], env=environment, check=True)
    return tmp_path


def told(folder: Path, name: str, **labels: str) -> float | None:
    registry = CollectorRegistry()
    registry.register(MetricsFolder(folder))
    return registry.get_sample_value(name, {"model": "m"} | labels)


def test_workers_that_live_are_left_alone_and_share_a_gpu(folder: Path) -> None:
    before = sorted(folder.iterdir())
    fold_ended_workers(folder, is_alive=lambda pid: True)

    assert sorted(folder.iterdir()) == before
    assert told(folder, "salience_worker_gpu_memory_bytes", device="cuda:0") == 2e9


def test_of_those_that_ended_one_file_stays_with_all_they_counted(folder: Path) -> None:
    fold_ended_workers(folder, is_alive=psutil.pid_exists)

    assert len(list(folder.iterdir())) == 1
    assert told(folder, "salience_worker_batch_items_count") == 2
    assert told(folder, "salience_worker_batch_items_bucket", le="4.0") == 2
    assert told(folder, "salience_worker_batch_items_sum") == 6
    assert told(folder, "salience_worker_gpu_memory_bytes", device="cuda:0") is None


def test_those_that_end_later_are_added(folder: Path) -> None:
    first, second = sorted(int(path.stem.split("_")[1]) for path in folder.glob("histogram_*"))
    for alive in ({first, second}, {second}, set(), set()):
        fold_ended_workers(folder, is_alive=alive.__contains__)

    assert len(list(folder.iterdir())) == 1
    assert told(folder, "salience_worker_batch_items_sum") == 6


def test_a_torn_file_of_one_that_ended_is_removed(folder: Path) -> None:
    (folder / "histogram_4194305.db").write_bytes(b"torn")
    fold_ended_workers(folder, is_alive=lambda pid: False)

    assert len(list(folder.iterdir())) == 1
    assert told(folder, "salience_worker_batch_items_sum") == 6
