"""One cell of the fault matrix: a task, asked over a protocol, of a model that misbehaves."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psutil

from salience.gateway.item_kinds import IMAGES
from salience.gateway.item_messages import ItemRequest
from salience.gateway.task_kinds import TASK_KINDS, TaskKind
from salience.rpc_status import error_of
from tests.faults.archives import MODELS
from tests.live.running_service import RunningService
from tests.live.transports.transport import CallFailed, Failure, Transport

ANSWERED = "ANSWERED"
HEAD_START_SECONDS = 0.3
"""By then what was sent is at work."""


@dataclass(frozen=True)
class Cell:
    """Asks and watches one model."""

    service: RunningService
    transport: Transport
    model: str

    @property
    def name(self) -> str:
        return f"{self.transport.name} {self.model.removeprefix('faulty-')}"

    @property
    def kind(self) -> TaskKind:
        return TASK_KINDS[MODELS[self.model]]

    def request(self, items: Sequence[str | bytes], *, model: str | None = None) -> ItemRequest:
        """What asks the model for these."""
        encoded = [
            item.encode() if self.kind.items is IMAGES and isinstance(item, str) else item
            for item in items
        ]
        fields: dict[str, Any] = {self.kind.items.field: encoded}
        return self.kind.request_type(model=model or self.model, **fields)

    def ask(self, *items: str, timeout_seconds: float | None = None) -> list[str]:
        """For each item ANSWERED, or the reason of its error. Raises CallFailed."""
        reply = self.transport.call(
            self.request(items), self.kind.reply_type, timeout_seconds=timeout_seconds
        )
        return [
            error_of(result.error).code.value if result.HasField("error") else ANSWERED
            for result in reply.results
        ]

    def failure(self, request: ItemRequest, *, timeout_seconds: float | None = None) -> Failure:
        """Why a call fails. Raises AssertionError when it does not."""
        try:
            self.transport.call(request, self.kind.reply_type, timeout_seconds=timeout_seconds)
        except CallFailed as failed:
            return failed.failure
        raise AssertionError("the call was answered")

    @contextmanager
    def busy(self, num_calls: int, seconds: float) -> Iterator[Sequence[Future[list[str]]]]:
        """So many calls at work that take so long each; their answers are there at the end."""
        with ThreadPoolExecutor(num_calls) as pool:
            calls = [pool.submit(self.ask, f"sleep {seconds}") for _ in range(num_calls)]
            time.sleep(HEAD_START_SECONDS)
            yield calls

    def worker(self) -> psutil.Process:
        """The only one the model has."""
        [pid] = self.service.worker_pids(self.model)
        return psutil.Process(pid)

    @contextmanager
    def worker_lives(self) -> Iterator[None]:
        """Fails when the worker was replaced in the block."""
        before = self.worker().pid
        yield
        assert self.ask("fine") == [ANSWERED]
        assert self.worker().pid == before, "the worker was replaced"


def until_answered(cell: Cell, seconds: float) -> list[str]:
    """The answer to an item, asked again as often as an error says that one may."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        answer = answer_or_failure(cell, "fine")
        if not isinstance(answer, Failure):
            return answer
        assert answer.code == "UNAVAILABLE", answer
        assert answer.retry_seconds is not None, answer
        time.sleep(0.2)
    raise AssertionError(f"no answer within {seconds:.0f} s")


def answer_or_failure(cell: Cell, *items: str) -> list[str] | Failure:
    """What a call comes to."""
    try:
        return cell.ask(*items)
    except CallFailed as failed:
        return failed.failure
