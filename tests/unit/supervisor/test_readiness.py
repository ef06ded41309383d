import asyncio
from collections.abc import Iterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from salience.supervisor.readiness import loading_state, ready_models, wait_until_ready


def test_what_is_waited_for_is_said_in_words() -> None:
    assert loading_state({}, {"a": 2, "b": 2}) == "starting TorchServe"
    assert loading_state({"b": 2, "a": 1}, {"a": 2, "b": 2}) == "starting workers: a 1/2, b 2/2"
    assert (
        loading_state({"a": 2, "b": 2}, {"a": 2, "b": 2}) == "every worker is up: asking each model"
    )


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


@pytest.mark.parametrize(("status", "expected"), [(200, {"a"}), (503, set())])
def test_only_models_of_a_gateway_that_is_ready_are_ready(status: int, expected: set[str]) -> None:
    models = {"a": "READINESS_READY", "b": "READINESS_LOADING"}

    async def readyz(request: web.Request) -> web.Response:
        return web.json_response({"models": models}, status=status)

    async def seen() -> set[str]:
        app = web.Application()
        app.router.add_get("/readyz", readyz)
        async with TestServer(app) as server:
            return await ready_models(str(server.make_url("/readyz")))

    assert asyncio.run(seen()) == expected


def test_no_model_is_ready_where_nobody_listens() -> None:
    assert asyncio.run(ready_models("http://127.0.0.1:1/readyz")) == set()
