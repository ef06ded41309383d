"""What a worker tells Prometheus about each micro-batch.

Workers write to files in PROMETHEUS_MULTIPROC_DIR. A dead worker's file stays and is
still summed, which is right for histograms; there are no gauges.
"""

import time
from collections.abc import Sequence
from typing import Generic, TypeVar

from prometheus_client import Histogram

from salience.engines.engine import Engine, Tokens

Output = TypeVar("Output")
Input = TypeVar("Input")

BATCH_ITEMS = Histogram(
    "salience_worker_batch_items",
    "Sequences or images run together",
    ["model"],
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512),
)
BATCH_TOKENS = Histogram(
    "salience_worker_batch_tokens",
    "Tokens run together, padding excluded",
    ["model"],
    buckets=(16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384),
)
BATCH_PADDING_RATIO = Histogram(
    "salience_worker_batch_padding_ratio",
    "Padding as a share of the batch",
    ["model"],
    buckets=(0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75),
)
BATCH_SECONDS = Histogram(
    "salience_worker_batch_seconds",
    "Time of the engine for one batch",
    ["model"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)


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
