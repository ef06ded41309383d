import asyncio
import json
from io import StringIO
from pathlib import Path

import pytest
from aiohttp import web
from google.protobuf.json_format import MessageToJson, Parse
from rich.console import Console

from loadtests.bench.callers import call
from loadtests.bench.measurement import Served
from loadtests.bench.questions import TASKS, Task
from loadtests.bench.report import print_report, write_report
from loadtests.bench.service import Service, role_of
from loadtests.protocols import PROTOCOLS
from salience.v1.entities_pb2 import RecognizeEntitiesRequest
from tests.unit.client.fake_service import FakeService, running_fake_service

FIGURES = {"p50": 0.01, "p99": 0.02, "mean": 0.012, "queue": 0.004, "inference": 0.005}


def served(per_second: float, limit: float) -> Served:
    figures = {**FIGURES, "per_second": per_second, "errors": 0.0, "seconds": 1.0}
    return Served("entities", "grpc", 32, figures, limit, {"gateway": 0.5, "worker": 1.5})


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_callers_over_grpc_count_every_answer(task: Task) -> None:
    with running_fake_service() as service:
        figures = asyncio.run(call(task, PROTOCOLS["grpc"], service.target, callers=3, seconds=2.0))

    answered_in_time = figures["per_second"] * figures["seconds"]
    assert 0 < answered_in_time <= len(service.calls)
    assert 0 < figures["p50"] <= figures["p99"]
    assert figures["queue"] == pytest.approx(0.001)
    assert figures["inference"] == pytest.approx(0.003)
    assert figures["errors"] == 0


def test_callers_over_http_send_what_the_service_reads() -> None:
    task = next(task for task in TASKS if task.name == "entities")

    async def measure() -> dict[str, float]:
        runner = web.AppRunner(http_application(FakeService()))
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            host, port = runner.addresses[0][:2]
            address = f"{host}:{port}"
            return await call(task, PROTOCOLS["http"], address, callers=2, seconds=2.0)
        finally:
            await runner.cleanup()

    figures = asyncio.run(measure())

    assert figures["per_second"] > 0
    assert figures["errors"] == 0


class OverHttp:
    """The fake's context of a call that gRPC did not bring."""

    def invocation_metadata(self) -> tuple[()]:
        return ()


def http_application(fake: FakeService) -> web.Application:
    async def entities(request: web.Request) -> web.Response:
        message = Parse(await request.text(), RecognizeEntitiesRequest())
        return web.json_response(text=MessageToJson(fake.RecognizeEntities(message, OverHttp())))

    application = web.Application()
    application.router.add_post("/v1/entities", entities)
    return application


def test_a_ratio_is_of_the_limit_and_a_share_of_the_whole_service() -> None:
    measured = served(per_second=30.0, limit=40.0)

    assert measured.ratio == 0.75
    assert measured.gateway_share_of_processors == 0.25


def test_the_table_shows_the_median_of_the_rounds() -> None:
    rounds = [served(rate, 100.0) for rate in (50.0, 70.0, 60.0)]
    output = StringIO()

    print_report(rounds, Console(file=output, width=150))

    row = output.getvalue().splitlines()[1].split()
    assert row[:6] == ["entities", "32", "grpc", "100", "60", "0.60"]


def test_the_file_keeps_every_round(tmp_path: Path) -> None:
    write_report([served(30.0, 40.0)], tmp_path / "new" / "bench.json")

    report = json.loads((tmp_path / "new" / "bench.json").read_text())
    assert report["rounds"][0]["ratio"] == 0.75
    assert len(report["load_average"]) == 3


def test_the_parts_of_the_service_are_told_apart() -> None:
    assert role_of([".venv/bin/python", "-m", "salience.gateway"]) == "gateway"
    assert role_of(["java", "-cp", "x", "org.pytorch.serve.ModelServer", "-f", "y"]) == "torchserve"
    assert role_of(["python", "/x/ts/model_service_worker.py", "--sock-type"]) == "worker"
    assert role_of(["python", "-m", "pytest"]) is None


def test_a_service_is_ready_when_its_models_are() -> None:
    with running_fake_service() as fake:
        assert Service(grpc=fake.target, http="").is_ready()

    assert not Service(grpc="127.0.0.1:1", http="").is_ready()
