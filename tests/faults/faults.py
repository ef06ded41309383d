"""What goes wrong, and what a caller may expect then. A fault that is not borne raises."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import psutil

from salience.errors import ErrorCode
from salience.gateway.item_kinds import IMAGES
from salience.rpc_status import error_of
from salience.v1.models_pb2 import READINESS_READY, GetModelRequest, Model
from tests.faults.cell import (
    ANSWERED,
    HEAD_START_SECONDS,
    Cell,
    answer_or_failure,
    until_answered,
)
from tests.faults.misbehaving_handler import LIMITS
from tests.faults.silent_connections import is_let_go, silent_connections
from tests.live.running_service import RECOVERY_SECONDS, eventually
from tests.live.transports.transport import Failure
from tests.nasty.images import png

ROWS_PER_WORKER = 2
MAX_WAITING_ROWS = 4
LATENESS_SECONDS = 0.1
"""By how much a call may outlive its deadline."""
UNREADY_SECONDS = 5.0
AT_ONCE_SECONDS = 5.0
"""Far less than who waits for the end of such a peer would take."""
HEAD_SECONDS = 2.0
LARGE = 20_000_000
"""More than TorchServe's `max_response_size`."""
UNREAD = 8_000_000
"""More than the kernel holds for a peer that does not read."""


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


def an_unknown_language(cell: Cell) -> None:
    """Those there are are listed, for each of its fields."""
    for language in cell.kind.languages:
        request = cell.request(["fine"])
        setattr(request, language.name, "xx")
        failure = cell.failure(request)
        assert (failure.code, failure.fields) == ("INVALID_ARGUMENT", [language.name]), failure
        assert "would be" in failure.message, failure


def too_many_pixels(cell: Cell) -> None:
    """The image alone is refused, undecoded, with the limit in the message."""
    request = cell.request(["fine", png(50_000, 50_000), "fine"])
    reply = cell.transport.call(request, cell.kind.reply_type)
    first, bomb, last = reply.results
    assert error_of(bomb.error).code is ErrorCode.INPUT_TOO_LONG, bomb
    assert f"the limit is {LIMITS.max_pixels}" in bomb.error.message, bomb
    assert not any(fine.HasField("error") for fine in (first, last)), reply


def a_large_answer(cell: Cell) -> None:
    """It alone fails, though TorchServe kills the worker for it."""
    answers = cell.ask("fine", f"long {LARGE}", "fine", "fine")
    assert answers == [ANSWERED, "ITEM_FAILED", ANSWERED, ANSWERED], answers


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


def silent_peers(cell: Cell) -> None:
    """Others are answered as fast as ever; over HTTP the silent are let go."""
    with silent_connections(cell) as peers:
        assert_answered_at_once(cell)
        if cell.transport.name == "http":
            assert all(is_let_go(peer, HEAD_SECONDS + 2.0) for peer in peers)


def peers_that_do_not_read(cell: Cell) -> None:
    """Others are answered as fast as ever."""
    request = cell.request([f"long {UNREAD}"])
    leave = [cell.transport.begin(request) for _ in range(ROWS_PER_WORKER)]
    time.sleep(HEAD_START_SECONDS)
    assert cell.ask("fine") == [ANSWERED], "it waits in the queue behind the long ones"
    assert_answered_at_once(cell)
    for hang_up in leave:
        hang_up()


def assert_answered_at_once(cell: Cell) -> None:
    asked = time.monotonic()
    assert cell.ask("fine") == [ANSWERED]
    assert time.monotonic() - asked < AT_ONCE_SECONDS


def applies(name: str, cell: Cell) -> bool:
    """Whether there is such a fault for the task, over the protocol."""
    condition = ONLY_WHERE.get(name)
    return condition is None or condition(cell)


FAULTS: Mapping[str, Callable[[Cell], None]] = {
    "1 a bad item among good ones": a_bad_item,
    "2 an item raises": partial(a_deadly_item, "raise"),
    "2 an item exhausts memory": partial(a_deadly_item, "memory"),
    "2 an item exhausts PyTorch's": partial(a_deadly_item, "torch"),
    "2 an item kills its worker": partial(a_deadly_item, "die"),
    "3 the queue is full": a_full_queue,
    "4 an unknown model": an_unknown_model,
    "4 an unknown language": an_unknown_language,
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
    "11 silent peers": silent_peers,
    "11 peers that do not read": peers_that_do_not_read,
    "12 too many items": too_many_items,
    "12 too many pixels": too_many_pixels,
    "12 an answer too large": a_large_answer,
}
ONLY_WHERE: Mapping[str, Callable[[Cell], bool]] = {
    "4 an unknown language": lambda cell: bool(cell.kind.languages),
    "11 peers that do not read": lambda cell: cell.transport.name == "http",
    "12 too many pixels": lambda cell: cell.kind.items is IMAGES,
}
"""gRPC's own library reads what comes, whatever its user does."""
