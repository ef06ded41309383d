"""What a worker tells Prometheus about each micro-batch.

Workers write to files in PROMETHEUS_MULTIPROC_DIR. What a dead worker counted is still summed;
its gauges are not.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Generic, TypeVar

import torch

from salience.engines.engine import Engine, Tokens
from salience.metrics import catalogue

Output = TypeVar("Output")
Input = TypeVar("Input")

BATCH_ITEMS = catalogue.BATCH_ITEMS.histogram()
BATCH_TOKENS = catalogue.BATCH_TOKENS.histogram()
BATCH_PADDING_RATIO = catalogue.BATCH_PADDING_RATIO.histogram()
BATCH_SECONDS = catalogue.BATCH_SECONDS.histogram()
STAGE_SECONDS = catalogue.STAGE_SECONDS.histogram()
GPU_MEMORY = catalogue.GPU_MEMORY.shared_gauge()


@contextmanager
def stage(model: str, name: str) -> Iterator[None]:
    """Measure the block as a stage."""
    with STAGE_SECONDS.labels(model, name).time():
        yield


def record_gpu_memory(model: str, device: str) -> None:
    """Note what this process holds of its GPU; nothing on a CPU."""
    if device.startswith("cuda"):
        GPU_MEMORY.labels(model, device).set(torch.cuda.memory_allocated(device))


class MeasuredImageEngine(Generic[Output, Input]):
    """Runs another engine and records size and time of every batch."""

    def __init__(self, engine: Engine[Output, Input], *, model: str) -> None:
        self._engine = engine
        self._items = BATCH_ITEMS.labels(model)
        self._seconds = BATCH_SECONDS.labels(model)

    @property
    def name(self) -> str:
        """The name of the engine inside."""
        return self._engine.name

    @property
    def device(self) -> str:
        """The device of the engine inside."""
        return self._engine.device

    def run(self, batch: Sequence[Input]) -> Sequence[Output]:
        """Run one batch; one that fails is not recorded."""
        started = time.perf_counter()
        outputs = self._engine.run(batch)
        self._seconds.observe(time.perf_counter() - started)
        self._items.observe(len(batch))
        return outputs


class MeasuredEngine(MeasuredImageEngine[Output, Tokens]):
    """Records tokens and padding too."""

    def __init__(self, engine: Engine[Output], *, model: str) -> None:
        super().__init__(engine, model=model)
        self._tokens = BATCH_TOKENS.labels(model)
        self._padding_ratio = BATCH_PADDING_RATIO.labels(model)

    def run(self, batch: Sequence[Tokens]) -> Sequence[Output]:
        """Run one padded batch; one that fails is not recorded."""
        outputs = super().run(batch)
        lengths = [len(tokens) for tokens in batch]
        num_cells = len(lengths) * max(lengths)
        self._tokens.observe(sum(lengths))
        self._padding_ratio.observe(1 - sum(lengths) / num_cells if num_cells else 0)
        return outputs
