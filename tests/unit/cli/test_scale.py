import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from tests.unit.cli.conftest import Run


@dataclass
class FakeManagement:
    """TorchServe's management interface with one model, whose workers start at once."""

    workers: int = 1
    port: int = 0
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def run(self, listening: threading.Event) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._listen())
        listening.set()
        self.loop.run_forever()
        self.loop.run_until_complete(self._runner.cleanup())
        self.loop.close()

    async def _listen(self) -> None:
        app = web.Application()
        app.router.add_get("/models/entities-en", self._describe)
        app.router.add_put("/models/entities-en", self._scale)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]

    async def _describe(self, _: web.Request) -> web.Response:
        workers = [{"pid": pid, "status": "READY"} for pid in range(self.workers)]
        return web.json_response([{"workers": workers, "minWorkers": self.workers}])

    async def _scale(self, request: web.Request) -> web.Response:
        self.workers = int(request.query["min_worker"])
        return web.json_response({}, status=202)


@pytest.fixture
def management(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeManagement]:
    fake, listening = FakeManagement(), threading.Event()
    thread = threading.Thread(target=fake.run, args=(listening,))
    thread.start()
    assert listening.wait(10)
    monkeypatch.setenv("SALIENCE_MANAGEMENT_PORT", str(fake.port))
    yield fake
    fake.loop.call_soon_threadsafe(fake.loop.stop)
    thread.join()


def test_a_model_gets_as_many_workers_as_it_is_given(run: Run, management: FakeManagement) -> None:
    result = run("scale", "entities-en", "3")

    assert result.stdout == "entities-en: 1 → 3 workers\n"
    assert management.workers == 3


@pytest.mark.usefixtures("management")
def test_a_model_that_is_not_served_cannot_be_scaled(run: Run) -> None:
    result = run("scale", "entities-fr", "2")

    assert "there is no model 'entities-fr'" in result.stderr
    assert result.exit_code == 1


def test_no_workers_is_wrong_usage(run: Run) -> None:
    assert run("scale", "entities-en", "0").exit_code == 2


def test_without_a_service_it_says_which_port_it_tried(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALIENCE_MANAGEMENT_PORT", "1")

    result = run("scale", "entities-en", "2")

    assert "SALIENCE_MANAGEMENT_PORT" in result.stderr
    assert result.exit_code == 1
