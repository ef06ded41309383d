"""The shape every TorchServe handler of this project shares."""

import copy
import logging
import os
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from salience.errors import InvalidInput, ServingError
from salience.tracing.batch_times import BATCH_TIMES_HEADER, BatchTimes
from salience.tracing.traceparent import is_sampled, trace_id_of
from salience.v1.models_pb2 import Model
from salience.worker.batch_metrics import record_gpu_memory, stage
from salience.worker.placement import Placement, PlacementContext
from salience.worker.poison import predict_around_poison
from salience.worker.provenance import Provenance
from salience.worker.request_row import RowContext, read_row
from salience.worker.worker_logs import format_worker_logs, log_only_what_matters

Item = TypeVar("Item")
Answer = TypeVar("Answer")
logger = logging.getLogger(__name__)


class WorkerContext(RowContext, PlacementContext, Protocol):
    """The part of TorchServe's context that handlers use."""

    def set_response_header(self, idx: int, key: str, value: str) -> None:
        """Send a header with the answer to a row."""


@dataclass(frozen=True)
class _Request(Generic[Item]):
    """A row, read: the items it asks about, or what is wrong with it."""

    items: Sequence[Item] = ()
    request_id: str = ""
    traceparent: str = ""
    error: ServingError | None = None
    asks_for_description: bool = False

    def log_extra(self) -> dict[str, str]:
        """What a line about the request tells of it."""
        return {"request_id": self.request_id, "trace_id": trace_id_of(self.traceparent)}


class BatchHandler(ABC, Generic[Item, Answer]):
    """Load a model once, then answer batches of requests, each with several items.

    TorchServe fails a whole batch when `handle` raises. So whatever goes wrong with a
    request or an item becomes an error in its reply, and its neighbours are served.
    """

    item_field: ClassVar[str]
    """The field of the request that holds the items, for errors to point at."""

    model: Model

    def initialize(self, context: WorkerContext) -> None:
        """Called once by TorchServe, before the worker takes traffic."""
        log_only_what_matters()
        model_dir = Path(context.system_properties["model_dir"])
        Provenance.read(model_dir).check(model_dir)
        self.model = self.load(model_dir, Placement.read(context))
        format_worker_logs()
        logger.info("%s: %s on %s", self.model.name, self.model.engine, self.model.device)

    def handle(self, rows: list[dict[str, Any]], context: WorkerContext) -> list[bytes]:
        """Called by TorchServe with one row per request; answers in the same order."""
        name = self.model.name
        read_ns = time.time_ns()
        with stage(name, "read"):
            requests = [self._read(row, context, index) for index, row in enumerate(rows)]
        predict_ns, started = time.time_ns(), time.perf_counter()
        with stage(name, "predict"):
            answers = iter(self._answers(requests))
        seconds = time.perf_counter() - started
        record_gpu_memory(name, self.model.device)
        reply_ns = time.time_ns()
        with stage(name, "reply"):
            replies = [self._reply(request, answers, seconds) for request in requests]
        num_items = sum(len(request.items) for request in requests)
        times = (read_ns, predict_ns, reply_ns, time.time_ns())
        batch = BatchTimes(len(rows), num_items, os.getpid(), *times)
        for index, request in enumerate(requests):
            if is_sampled(request.traceparent):
                context.set_response_header(index, BATCH_TIMES_HEADER, batch.header())
        return replies

    @abstractmethod
    def load(self, model_dir: Path, placement: Placement) -> Model:
        """Read weights and vocabulary from the extracted archive; describe the model."""

    @abstractmethod
    def parse(self, payload: bytes) -> Sequence[Item]:
        """Turn one request into model inputs, or raise a ServingError."""

    def until(self, items: Sequence[Item], deadline_seconds: float | None) -> Sequence[Item]:
        """Items that know their deadline, where each may take long; Unix time."""
        return items

    @abstractmethod
    def predict(self, items: Sequence[Item]) -> Sequence[Answer | ServingError]:
        """Run the model on the items of all requests: one answer or error for each."""

    @abstractmethod
    def encode(self, answers: Sequence[Answer | ServingError], seconds: float) -> bytes:
        """Turn the answers of one request, and the time they took, into its reply."""

    def _read(self, row: dict[str, Any], context: WorkerContext, index: int) -> _Request[Item]:
        try:
            received = read_row(row, context, index)
            if received.asks_for_description:
                return _Request(asks_for_description=True)
            received.check_deadline()
            items = self.until(self.parse(received.payload), received.deadline_seconds)
            return _Request(items, received.request_id, received.traceparent)
        except ServingError as error:
            return _Request(error=error)

    def _answers(self, requests: Sequence[_Request[Item]]) -> Sequence[Answer | ServingError]:
        items = [item for request in requests for item in request.items]
        senders = [request for request in requests for _ in request.items]

        def predict(positions: Sequence[int]) -> Sequence[Answer | ServingError]:
            return self.predict([items[position] for position in positions])

        def report(position: int, error: Exception) -> None:
            extra = {**senders[position].log_extra(), "model": self.model.name}
            logger.error("an item broke the model", exc_info=error, extra=extra)

        return predict_around_poison(predict, range(len(items)), report)

    def _reply(
        self, request: _Request[Item], answers: Iterator[Answer | ServingError], seconds: float
    ) -> bytes:
        if request.asks_for_description:
            return self.model.SerializeToString()
        if request.error is not None:
            return self.encode([request.error], 0.0)
        own = enumerate(islice(answers, len(request.items)))
        return self.encode([self._located(answer, index) for index, answer in own], seconds)

    def _located(self, answer: Answer | ServingError, index: int) -> Answer | ServingError:
        if not isinstance(answer, InvalidInput) or self._blames_an_option(answer):
            return answer
        error = copy.copy(answer)
        error.field = f"{self.item_field}[{index}]"
        return error

    def _blames_an_option(self, error: InvalidInput) -> bool:
        return bool(error.field) and not error.field.startswith(self.item_field)
