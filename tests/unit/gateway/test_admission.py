import asyncio
from collections.abc import Coroutine, Iterable
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salience.errors import ModelNotReady, Overloaded
from salience.gateway.admission import Admission

admitting = partial(Admission, patience_seconds=9.0)


class Work:
    """Rows that are answered, with their own number, when told to."""

    def __init__(self) -> None:
        self.running: dict[int, asyncio.Future[int]] = {}
        self.started: list[int] = []

    async def row(self, number: int) -> int:
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.running[number] = answer
        self.started.append(number)
        return await answer

    def answer_oldest(self) -> None:
        if self.running:
            number = min(self.running)
            self.running.pop(number).set_result(number)

    def fail(self, number: int) -> None:
        self.running.pop(number).set_exception(RuntimeError("lost"))


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def submitted(
    admission: Admission, work: Work, number: int, *, size: int = 1
) -> "asyncio.Task[int]":
    def send() -> Coroutine[Any, Any, int]:
        return work.row(number)

    return asyncio.ensure_future(admission.run(send, size=size))


STEPS = st.tuples(st.sampled_from(["submit", "cancel", "answer", "wait"]), st.integers(0, 30))


def lengths(numbers: Iterable[int]) -> list[int]:
    """Of the rows by number: short and long ones, as `take` submits them."""
    return [number % 3 * 5 for number in numbers]


@given(limit=st.integers(1, 4), max_size=st.integers(4, 20), steps=st.lists(STEPS))
def test_never_more_than_the_limits_run_and_nothing_is_forgotten(
    limit: int, max_size: int, steps: list[tuple[str, int]]
) -> None:
    async def scenario() -> None:
        admission = admitting(max_rows=limit, max_size=max_size, max_waiting=100)
        work = Work()
        tasks: list[asyncio.Task[int]] = []
        for step in [*steps, ("wait", 0)]:
            await take(step, admission, work, tasks)
            assert len(work.running) <= limit
            assert len(work.running) <= 1 or sum(lengths(work.running)) <= max_size
        assert work.started == sorted(work.started)
        assert work.running or not admission.num_waiting

        while work.running:
            work.answer_oldest()
            await turns()
        assert not admission.num_waiting
        assert all(task.cancelled() or task.result() == n for n, task in enumerate(tasks))

    asyncio.run(scenario())


async def take(
    step: tuple[str, int], admission: Admission, work: Work, tasks: "list[asyncio.Task[int]]"
) -> None:
    name, number = step
    if name == "submit":
        [length] = lengths([len(tasks)])
        tasks.append(submitted(admission, work, len(tasks), size=length))
    elif name == "cancel" and tasks:
        tasks[number % len(tasks)].cancel()
    elif name == "answer":
        work.answer_oldest()
    elif name == "wait":
        await turns()


def test_a_call_of_any_size_is_taken_when_nobody_waits() -> None:
    admitting(max_rows=1, max_size=9, max_waiting=2).refuse_when_full(1000)


def test_a_call_that_would_wait_too_long_is_refused_and_told_when_to_come_again() -> None:
    async def scenario() -> None:
        admission, work = admitting(max_rows=1, max_size=9, max_waiting=2), Work()
        tasks = [submitted(admission, work, number) for number in range(2)]
        await turns()

        admission.refuse_when_full(1)
        with pytest.raises(Overloaded) as raised:
            admission.refuse_when_full(2)
        assert raised.value.retry_seconds == 1.0

        for task in tasks:
            task.cancel()
        work.answer_oldest()
        await turns()

    asyncio.run(scenario())


def test_a_row_that_fails_leaves_its_place_to_the_next() -> None:
    async def scenario() -> None:
        admission, work = admitting(max_rows=1, max_size=9, max_waiting=2), Work()
        first, second = (submitted(admission, work, number) for number in range(2))
        await turns()
        work.fail(0)
        await turns()
        work.answer_oldest()

        with pytest.raises(RuntimeError, match="lost"):
            await first
        assert await second == 1

    asyncio.run(scenario())


def test_one_long_row_waits_for_room_and_keeps_its_place_before_short_ones() -> None:
    async def scenario() -> None:
        admission, work = admitting(max_rows=9, max_size=10, max_waiting=9), Work()
        lengths = [6, 6, 1]
        tasks = [
            submitted(admission, work, number, size=length) for number, length in enumerate(lengths)
        ]
        await turns()
        assert work.started == [0]

        work.answer_oldest()
        await turns()
        assert work.started == [0, 1, 2]

        while work.running:
            work.answer_oldest()
        await asyncio.gather(*tasks)

    asyncio.run(scenario())


def test_a_row_that_stops_waiting_lets_those_behind_it_go() -> None:
    async def scenario() -> None:
        admission, work = admitting(max_rows=9, max_size=10, max_waiting=9), Work()
        running, too_long, short = (
            submitted(admission, work, number, size=length)
            for number, length in enumerate([6, 6, 1])
        )
        await turns()
        too_long.cancel()
        await turns()
        assert work.started == [0, 2]

        while work.running:
            work.answer_oldest()
        assert (await running, await short) == (0, 2)

    asyncio.run(scenario())


def test_a_row_beyond_the_limit_goes_alone() -> None:
    async def scenario() -> None:
        admission, work = admitting(max_rows=9, max_size=10, max_waiting=9), Work()
        huge = submitted(admission, work, 0, size=1000)
        short = submitted(admission, work, 1)
        await turns()
        assert work.started == [0]

        work.answer_oldest()
        await turns()
        work.answer_oldest()
        assert (await huge, await short) == (0, 1)

    asyncio.run(scenario())


def test_rows_that_are_held_back_count_as_waiting_and_go_once_there_is_a_worker() -> None:
    async def scenario() -> None:
        admission, work = admitting(max_rows=9, max_size=9, max_waiting=2), Work()
        admission.close()
        tasks = [submitted(admission, work, number) for number in range(2)]
        await turns()

        assert (admission.num_waiting, work.started) == (2, [])
        with pytest.raises(Overloaded):
            admission.refuse_when_full(1)

        admission.open()
        await turns()
        assert (admission.num_waiting, work.started) == (0, [0, 1])

        work.answer_oldest()
        work.answer_oldest()
        assert await asyncio.gather(*tasks) == [0, 1]

    asyncio.run(scenario())


def test_a_row_is_held_back_no_longer_than_its_patience() -> None:
    async def scenario() -> None:
        admission = Admission(max_rows=9, max_size=9, max_waiting=2, patience_seconds=0.0)
        admission.close()

        with pytest.raises(ModelNotReady) as raised:
            await submitted(admission, Work(), 0)
        assert raised.value.retry_seconds == 1.0
        assert admission.num_waiting == 0

    asyncio.run(scenario())
