import asyncio
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from salience.supervisor.silence_watch import NUM_QUESTIONS, Silence, SilenceWatch
from tests.unit.supervisor.polling import until

SILENT = [False] * NUM_QUESTIONS


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([True, *SILENT], True),
        ([True, *SILENT[1:]], False),
        ([True, *SILENT[1:], True, *SILENT[1:]], False),
        ([*SILENT, *SILENT], False),
    ],
    ids=["silent", "silent for a moment", "silent at times", "still starting"],
)
def test_only_a_process_that_is_silent_for_long_after_it_answered_is_hung(
    answers: list[bool], expected: bool
) -> None:
    silence = Silence()

    found = [silence.is_too_long(1, answered=answered) for answered in answers]

    assert any(found) == expected


def test_a_process_that_takes_the_place_of_another_has_time_to_start() -> None:
    silence = Silence()
    questions = [(1, True), (1, False), (1, False), *[(2, False)] * 9]

    assert not any(silence.is_too_long(pid, answered=answered) for pid, answered in questions)


def test_a_silent_process_is_replaced_once() -> None:
    silence = Silence()
    questions = [(1, True), *[(1, False)] * 9]

    assert sum(silence.is_too_long(pid, answered=answered) for pid, answered in questions) == 1


@dataclass
class FakeProcess:
    """Answers two questions, whatever they are, and none after that."""

    pid: int | None = 1
    num_answers: int = 0
    reasons: list[str] = field(default_factory=list)

    def replace(self, reason: str) -> None:
        self.reasons.append(reason)

    async def answer(self, request: web.Request) -> web.Response:
        self.num_answers += 1
        if self.num_answers > 2:
            await asyncio.Event().wait()
        return web.json_response({"status": "Unhealthy"}, status=500)


async def watch_until_replaced(process: FakeProcess) -> None:
    app = web.Application()
    app.router.add_get("/ping", process.answer)
    async with TestServer(app) as server:
        watch = SilenceWatch(process, str(server.make_url("/ping")), silent_seconds=0.6)
        watching = asyncio.create_task(watch.run())
        await until(lambda: bool(process.reasons))
        watching.cancel()


def test_a_process_whose_questions_hang_is_replaced() -> None:
    process = FakeProcess()

    asyncio.run(watch_until_replaced(process))

    assert process.num_answers > 2
    assert process.reasons == ["does not answer"]
