"""Rows outlive the workers that die with them, and deadly items are found."""

import asyncio
import threading
from collections.abc import Callable, Sequence

import pytest
from aiohttp import web

from salience.errors import WorkerLost
from salience.gateway.item_messages import Item, ItemReply
from salience.gateway.resending import MOST_DEATHS, Resending
from salience.v1.translation_pb2 import TranslateReply
from tests.unit.gateway.fake_torchserve import SeenRow, torchserve_error
from tests.unit.gateway.harness import Harness, running_harness, translate_body, wait_until

NO_WORKER = 'Model "m" has no worker to serve inference request. Please use scale workers API'


def worker_died() -> web.Response:
    return torchserve_error(507, "OutOfMemory", "Worker died.")


def dying(times: int) -> Callable[[SeenRow], web.Response | None]:
    """The first rows are lost with their worker."""
    left = [times]

    def die(row: SeenRow) -> web.Response | None:
        left[0] -= 1
        return worker_died() if left[0] >= 0 else None

    return die


def killed_by(item: str) -> Callable[[SeenRow], web.Response | None]:
    return lambda row: worker_died() if item in row.items else None


def test_a_row_whose_worker_died_is_answered_by_another(gateway: Harness) -> None:
    gateway.fake.answer_instead = dying(times=1)

    results = gateway.translate("one", "two").results

    assert [result.translation.text for result in results] == ["ONE", "TWO"]


def test_a_deadly_item_is_found_among_its_neighbours(gateway: Harness) -> None:
    texts = [f"text {number}" for number in range(9)]
    gateway.fake.answer_instead = killed_by("text 7")

    results = gateway.translate(*texts).results

    assert [result.translation.text for result in results if not result.HasField("error")] == [
        text.upper() for text in texts if text != "text 7"
    ]
    assert results[7].error.message == "the model's process died each time it was given this item"


def test_a_deadly_item_kills_a_bounded_number_of_workers(gateway: Harness) -> None:
    gateway.fake.answer_instead = killed_by("alone")

    problem = gateway.http("POST", "/v1/translate", translate_body("alone")).json

    assert problem["reason"] == "ITEM_FAILED"
    assert "retry_after" not in problem
    assert gateway.fake.items_seen().count("alone") == MOST_DEATHS


def test_two_rows_under_suspicion_are_never_with_the_model_together() -> None:
    resending = Resending(patience_seconds=1.0, pause_seconds=0.0, on_resend=lambda: None)
    tried: set[Item] = set()
    under_way, most = 0, 0

    async def die_once(items: Sequence[Item]) -> ItemReply:
        nonlocal under_way, most
        if items[0] not in tried:
            tried.add(items[0])
            raise WorkerLost("died")
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return TranslateReply()

    async def six_rows() -> None:
        rows = [resending.deliver(die_once, [str(n)], empty=TranslateReply) for n in range(6)]
        await asyncio.gather(*rows)

    asyncio.run(six_rows())

    assert len(tried) == 6
    assert most == 1


def test_a_row_waits_for_a_worker_to_come_back() -> None:
    with running_harness() as gateway:
        answers = dying(times=1)
        refused = threading.Event()

        def die_then_refuse(row: SeenRow) -> web.Response | None:
            died = answers(row)
            if died is None and not refused.is_set():
                refused.set()
                gateway.fake.num_workers = 0
                return torchserve_error(503, "ServiceUnavailableException", NO_WORKER)
            return died

        gateway.fake.answer_instead = die_then_refuse
        found: list[str] = []
        caller = threading.Thread(
            target=lambda: found.append(gateway.translate("back").results[0].translation.text)
        )
        caller.start()
        wait_until(refused.is_set)
        gateway.fake.num_workers = 1
        caller.join()

    assert found == ["BACK"]


def test_who_waits_too_long_for_a_worker_is_told_to_come_again() -> None:
    with running_harness(resend_seconds=0.0) as gateway:
        answers = dying(times=1)

        def die_then_refuse(row: SeenRow) -> web.Response | None:
            gateway.fake.num_workers = 0
            return answers(row) or torchserve_error(503, "Unavailable", NO_WORKER)

        gateway.fake.answer_instead = die_then_refuse

        problem = gateway.http("POST", "/v1/translate", translate_body("a")).json

    assert problem["reason"] == "MODEL_NOT_READY"
    assert problem["retry_after"] == pytest.approx(1.0)
