import asyncio
from collections.abc import Iterator

from salience.supervisor.readiness import answers_ok, loading_state, wait_until_ready


def test_what_is_waited_for_is_said_in_words() -> None:
    assert loading_state({}, 2) == "starting TorchServe"
    assert loading_state({"b": 2, "a": 1}, 2) == "starting workers: a 1/2, b 2/2"
    assert loading_state({"a": 2, "b": 2}, 2) == "every worker is up: asking each model"


def test_each_state_is_reported_once() -> None:
    states: Iterator[str] = iter(["starting", "starting", "asking"])
    answers = iter([False, False, False, True])
    lines: list[str] = []

    async def is_ready() -> bool:
        return next(answers)

    asyncio.run(wait_until_ready(is_ready, lambda: next(states), lines.append))

    assert [line.split(" s  ")[1] for line in lines] == [
        "starting",
        "asking",
        "every model has answered a request",
    ]


def test_nobody_there_is_not_ready() -> None:
    assert not asyncio.run(answers_ok("http://127.0.0.1:1/readyz"))
