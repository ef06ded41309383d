import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector

from salience.engines.engine import Tokens
from salience.worker.batch_metrics import MeasuredEngine


class LengthEngine:
    name = "lengths"
    device = "cpu"

    def run(self, batch: Sequence[Tokens]) -> list[int]:
        if not all(batch):
            raise ValueError("empty")
        return [len(tokens) for tokens in batch]


def total(metric: str, model: str) -> float | None:
    return REGISTRY.get_sample_value(f"salience_worker_batch_{metric}", {"model": model})


def test_the_engine_inside_answers() -> None:
    engine = MeasuredEngine(LengthEngine(), model="answers")

    assert engine.run([[1, 2], [3]]) == [2, 1]
    assert (engine.name, engine.device) == ("lengths", "cpu")


def test_size_tokens_padding_and_time_of_a_batch_are_recorded() -> None:
    MeasuredEngine(LengthEngine(), model="recorded").run([[1, 2, 3, 4], [5, 6]])

    assert total("items_sum", "recorded") == 2
    assert total("tokens_sum", "recorded") == 6
    assert total("padding_ratio_sum", "recorded") == 0.25
    assert total("seconds_count", "recorded") == 1


def test_a_batch_that_fails_is_not_recorded() -> None:
    engine = MeasuredEngine(LengthEngine(), model="failing")

    with pytest.raises(ValueError, match="empty"):
        engine.run([[]])
    assert total("items_count", "failing") == 0


MEASURE_AND_DIE = """
from salience.worker.batch_metrics import MeasuredEngine
from tests.unit.worker.test_batch_metrics import LengthEngine
MeasuredEngine(LengthEngine(), model="dead").run([[1, 2]])
import os; os.kill(os.getpid(), 9)
"""


def test_the_batches_of_dead_workers_are_still_counted(tmp_path: Path) -> None:
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", MEASURE_AND_DIE], env=environment, check=False)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(tmp_path))  # type: ignore[no-untyped-call]

    assert registry.get_sample_value("salience_worker_batch_items_sum", {"model": "dead"}) == 2
