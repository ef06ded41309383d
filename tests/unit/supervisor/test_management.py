import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from salience.supervisor.management import Management, RegistrationRefused, Workers


class FakeFrontend:
    """Answers as TorchServe's management interface does."""

    def __init__(self) -> None:
        self.queries: list[dict[str, str]] = []
        self.status = 202
        self.num_failures = 0
        """Of the next calls that scale."""

    async def names(self, _: web.Request) -> web.Response:
        return web.json_response({"models": [{"modelName": "a"}, {"modelName": "b"}]})

    async def describe(self, _: web.Request) -> web.Response:
        states = {11: "READY", 12: "UNLOADING", 13: "READY"}
        workers = [{"pid": pid, "status": status} for pid, status in states.items()]
        return web.json_response([{"workers": workers, "minWorkers": 3}])

    async def register(self, request: web.Request) -> web.Response:
        self.queries.append(dict(request.query))
        return web.json_response({"message": "what is wrong"}, status=self.status)

    async def scale(self, request: web.Request) -> web.Response:
        self.queries.append({"scaled": request.match_info["model"], **request.query})
        failed = len(self.queries) <= self.num_failures
        return web.json_response({}, status=500 if failed else self.status)

    async def unregister(self, request: web.Request) -> web.Response:
        self.queries.append({"unregistered": request.match_info["model"]})
        return web.json_response({})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_get("/models", self.names)
        app.router.add_post("/models", self.register)
        app.router.add_get("/models/{model}", self.describe)
        app.router.add_put("/models/{model}", self.scale)
        app.router.add_delete("/models/{model}", self.unregister)
        async with TestServer(app) as server:
            yield str(server.make_url("")).rstrip("/")


def ask(frontend: FakeFrontend, question: Callable[[Management], Awaitable[Any]]) -> Any:
    async def exchange() -> Any:
        async with frontend.running() as url, Management(url) as management:
            return await question(management)

    return asyncio.run(exchange())


def test_models_are_known_by_name() -> None:
    assert ask(FakeFrontend(), Management.model_names) == {"a", "b"}


def test_only_workers_that_loaded_the_model_count() -> None:
    counted = ask(FakeFrontend(), lambda management: management.workers_of("a"))

    assert counted == Workers(num_ready=2, num_wanted=3, pids=(11, 13))


def test_a_model_is_scaled_without_waiting_for_its_workers() -> None:
    frontend = FakeFrontend()

    ask(frontend, lambda management: management.scale("a", workers=4))

    bounds = {"min_worker": "4", "max_worker": "4", "synchronous": "false"}
    assert frontend.queries == [{"scaled": "a", **bounds}]


def test_a_torchserve_that_fails_to_stop_a_worker_is_told_again() -> None:
    frontend = FakeFrontend()
    frontend.num_failures = 2

    ask(frontend, lambda management: management.scale("a", workers=1))

    assert [query["min_worker"] for query in frontend.queries] == ["1"] * 3


def test_a_torchserve_that_keeps_failing_to_scale_is_a_client_error() -> None:
    frontend = FakeFrontend()
    frontend.num_failures = 100

    with pytest.raises(aiohttp.ClientResponseError):
        ask(frontend, lambda management: management.scale("a", workers=1))

    assert len(frontend.queries) < 10


def test_a_model_is_registered_without_waiting_for_its_workers() -> None:
    frontend = FakeFrontend()

    ask(frontend, lambda management: management.register("a.mar", workers=2))

    assert frontend.queries == [{"url": "a.mar", "initial_workers": "2", "synchronous": "false"}]


def test_a_refused_archive_is_reported_in_torchserves_words() -> None:
    frontend = FakeFrontend()
    frontend.status = 400

    with pytest.raises(RegistrationRefused, match=r"a\.mar.*what is wrong"):
        ask(frontend, lambda management: management.register("a.mar", workers=2))


def test_a_model_is_unregistered_by_name() -> None:
    frontend = FakeFrontend()

    ask(frontend, lambda management: management.unregister("a"))

    assert frontend.queries == [{"unregistered": "a"}]


def test_a_torchserve_that_is_away_is_a_client_error() -> None:
    async def ask_nobody() -> None:
        async with Management("http://127.0.0.1:1") as management:
            await management.model_names()

    with pytest.raises(aiohttp.ClientError):
        asyncio.run(ask_nobody())
