"""What goes wrong, and what a caller may expect then. A fault that is not borne raises."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import psutil

from salience.v1.models_pb2 import READINESS_READY, GetModelRequest, Model
from tests.faults.cell import ANSWERED, Cell, answer_or_failure, until_answered
from tests.faults.misbehaving_handler import LIMITS
from tests.live.running_service import RECOVERY_SECONDS, eventually
from tests.live.transports.transport import Failure

ROWS_PER_WORKER = 2
MAX_WAITING_ROWS = 4
LATENESS_SECONDS = 0.1
"""By how much a call may outlive its deadline."""
UNREADY_SECONDS = 5.0


def a_bad_item(cell: Cell) -> None:
    """It alone is refused."""
    answers = cell.ask("fine", "x" * (LIMITS.max_characters + 1), "fine", "fine")
    assert answers == [ANSWERED, "INPUT_TOO_LONG", ANSWERED, ANSWERED], answers


def a_deadly_item(word: str, cell: Cell) -> None:
    """It alone fails."""
    answers = cell.ask("fine", word, "fine", "fine")
    assert answers == [ANSWERED, "ITEM_FAILED", ANSWERED, ANSWERED], answers


def a_full_queue(cell: Cell) -> None:
    """Who finds no room is told so at once; the others are answered."""

    def ask(_: int) -> str:
        asked = time.monotonic()
        answer = answer_or_failure(cell, "sleep 0.5")
        if not isinstance(answer, Failure):
            return answer[0]
        assert answer.retry_seconds is not None
        assert time.monotonic() - asked < 0.5, "it waited before it was refused"
        return answer.code

    num_calls = 2 * (ROWS_PER_WORKER + MAX_WAITING_ROWS)
    with ThreadPoolExecutor(num_calls) as pool:
        outcomes = list(pool.map(ask, range(num_calls)))
    assert set(outcomes) == {ANSWERED, "RESOURCE_EXHAUSTED"}, outcomes
    assert outcomes.count(ANSWERED) >= MAX_WAITING_ROWS, outcomes


def an_unknown_model(cell: Cell) -> None:
    """Those there are are listed."""
    failure = cell.failure(cell.request(["fine"], model="nope"))
    assert (failure.code, failure.fields) == ("NOT_FOUND", ["model"]), failure
    assert cell.model in failure.message, failure


def an_empty_request(cell: Cell) -> None:
    """The field is named."""
    failure = cell.failure(cell.request([]))
    assert (failure.code, failure.fields) == ("INVALID_ARGUMENT", [cell.kind.items.field]), failure


def too_many_items(cell: Cell) -> None:
    """The limit is in the message."""
    failure = cell.failure(cell.request(["fine"] * (LIMITS.max_items + 1)))
    assert failure.code == "INVALID_ARGUMENT", failure
    assert f"the limit is {LIMITS.max_items}" in failure.message, failure


def no_worker(cell: Cell) -> None:
    """The model says within seconds that it is not ready."""

    def is_unready() -> bool:
        for pid in cell.service.worker_pids(cell.model):
            psutil.Process(pid).kill()
        model = cell.transport.call(GetModelRequest(name=cell.model), Model)
        return model.readiness != READINESS_READY

    eventually(is_unready, UNREADY_SECONDS, what="the model is not ready")


def a_slow_item(cell: Cell) -> None:
    """The call ends at its deadline, and the worker lives."""
    with cell.worker_lives():
        assert_late(cell, "sleep 2", 0.5)


def a_deadline_in_the_queue(num_ahead: int, cell: Cell) -> None:
    """The call ends at its deadline, and its work, which would kill the worker, never begins."""
    with cell.worker_lives(), cell.busy(num_ahead, 1.0) as calls:
        assert_late(cell, "die", 0.4)
        assert all(call.result() == [ANSWERED] for call in calls)


def a_deadline_while_sent_again(cell: Cell) -> None:
    """The call ends at its deadline though no worker is there."""
    assert_late(cell, "die", 1.0)


def assert_late(cell: Cell, item: str, seconds: float) -> None:
    """Raises unless the call ends when its deadline passes, and says so."""
    asked = time.monotonic()
    failure = cell.failure(cell.request([item]), timeout_seconds=seconds)
    lateness = time.monotonic() - asked - seconds
    assert failure.code == "DEADLINE_EXCEEDED", failure
    assert lateness < LATENESS_SECONDS, f"it ended {lateness:.3f} s after its deadline"


def a_stopped_worker(cell: Cell) -> None:
    """It is replaced, and the call is answered."""
    stopped = cell.worker()
    stopped.suspend()
    assert until_answered(cell, RECOVERY_SECONDS) == [ANSWERED]
    assert not stopped.is_running(), "it was not replaced"


def a_killed_worker(cell: Cell) -> None:
    """Its calls are answered by the next."""
    with cell.busy(4, 0.5) as calls:
        cell.worker().kill()
    assert all(call.result() == [ANSWERED] for call in calls)


def a_killed_server(cell: Cell) -> None:
    """It was killed just now: until it is back, errors say to try again."""
    assert until_answered(cell, RECOVERY_SECONDS) == [ANSWERED]


def a_caller_who_leaves(cell: Cell) -> None:
    """What waits in the queue, which would kill the worker, never begins."""
    with cell.worker_lives(), cell.busy(ROWS_PER_WORKER, 0.7) as calls:
        leave = cell.transport.begin(cell.request(["die"]))
        time.sleep(0.1)
        leave()
        assert all(call.result() == [ANSWERED] for call in calls)


FAULTS: Mapping[str, Callable[[Cell], None]] = {
    "1 a bad item among good ones": a_bad_item,
    "2 an item raises": partial(a_deadly_item, "raise"),
    "2 an item exhausts memory": partial(a_deadly_item, "memory"),
    "2 an item exhausts PyTorch's": partial(a_deadly_item, "torch"),
    "2 an item kills its worker": partial(a_deadly_item, "die"),
    "3 the queue is full": a_full_queue,
    "4 an unknown model": an_unknown_model,
    "4 an empty request": an_empty_request,
    "5 the last worker is lost": no_worker,
    "6 a deadline, at work": a_slow_item,
    "6 a deadline, in TorchServe": partial(a_deadline_in_the_queue, 1),
    "6 a deadline, in the gateway": partial(a_deadline_in_the_queue, ROWS_PER_WORKER + 1),
    "6 a deadline, sent again": a_deadline_while_sent_again,
    "7 a worker is stopped": a_stopped_worker,
    "8 a worker is killed": a_killed_worker,
    "9 TorchServe is killed": a_killed_server,
    "11 a caller leaves": a_caller_who_leaves,
    "12 too many items": too_many_items,
}
