import os

import pytest

from salience.supervisor.worker_count import WORKER_BYTES, default_workers, workers_that_fit

PLENTY = 10_000 * WORKER_BYTES


@pytest.mark.parametrize(
    ("num_models", "num_cores", "memory_bytes", "expected"),
    [
        (1, 8, PLENTY, 8),
        (8, 2, PLENTY, 2),
        (8, 8, 2 * 8 * 3 * WORKER_BYTES, 3),
        (8, 8, 2 * 8 * WORKER_BYTES - 1, 1),
    ],
)
def test_a_model_gets_a_worker_a_core_as_far_as_half_of_the_memory_goes(
    num_models: int, num_cores: int, memory_bytes: int, expected: int
) -> None:
    fitting = workers_that_fit(num_models, num_cores=num_cores, memory_bytes=memory_bytes)

    assert fitting == expected


def test_this_machine_gives_each_model_a_worker_at_least() -> None:
    assert 1 <= default_workers(1) <= len(os.sched_getaffinity(0))
    assert default_workers(10_000) == 1
