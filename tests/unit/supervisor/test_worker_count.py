import os
from pathlib import Path

import pytest

from salience.supervisor.gpus import num_gpus
from salience.supervisor.worker_count import WORKER_BYTES, default_workers, workers_that_fit
from tests.unit.supervisor.nvidia_smi import write_nvidia_smi

PLENTY = 10_000 * WORKER_BYTES


@pytest.mark.parametrize(
    ("num_models", "num_devices", "memory_bytes", "expected"),
    [
        (1, 8, PLENTY, 8),
        (8, 2, PLENTY, 2),
        (8, 8, 2 * 8 * 3 * WORKER_BYTES, 3),
        (8, 8, 2 * 8 * WORKER_BYTES - 1, 1),
    ],
)
def test_a_model_gets_a_worker_a_core_as_far_as_half_of_the_memory_goes(
    num_models: int, num_devices: int, memory_bytes: int, expected: int
) -> None:
    fitting = workers_that_fit(num_models, num_devices=num_devices, memory_bytes=memory_bytes)

    assert fitting == expected


def test_where_there_are_gpus_a_model_gets_a_worker_for_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_nvidia_smi(tmp_path, num_gpus=3)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    assert num_gpus() == 3
    assert default_workers(1) == 3


def test_a_machine_without_nvidia_smi_has_no_gpu(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert num_gpus() == 0


def test_this_machine_gives_each_model_a_worker_at_least() -> None:
    assert 1 <= default_workers(1) <= len(os.sched_getaffinity(0))
    assert default_workers(10_000) == 1
