"""Load on a service that asks for keys and certificates."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from loadtests.bench.callers import call
from loadtests.bench.guarded_gateways import OPEN, environment, guards_in, running_gateway
from loadtests.bench.guards import verdict
from loadtests.bench.pairs import Price, Round, Turn, Turns, prices, table
from loadtests.bench.questions import task_named
from loadtests.bench.service import Service
from loadtests.capacity.probe import probe
from loadtests.protocols import PROTOCOLS
from tests.unit.gateway.harness import Harness, fake_in_a_thread, running_harness
from tests.unit.loadtests.test_locust import run_locust

ENTITIES = task_named("entities")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harness]:
    """The gateway, its caller's identity being in the environment."""
    guards = guards_in(tmp_path_factory.mktemp("guards"))
    with (
        running_harness(**guards.settings) as gateway,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, value in environment(guards.identity.model_dump(mode="json")).items():
            patch.setenv(name, value)
        yield gateway


def addresses(gateway: Harness) -> dict[str, str]:
    ports = gateway.ports
    return {"grpc": f"localhost:{ports.grpc}", "http": f"localhost:{ports.http}"}


@pytest.mark.parametrize("name", PROTOCOLS)
def test_the_bench_calls_it(guarded: Harness, name: str) -> None:
    measuring = call(ENTITIES, PROTOCOLS[name], addresses(guarded)[name], callers=2, seconds=2.0)

    assert asyncio.run(measuring)["per_second"] > 0


@pytest.mark.parametrize("name", PROTOCOLS)
def test_capacity_probes_it(guarded: Harness, name: str) -> None:
    address = addresses(guarded)[name]

    seen = asyncio.run(probe(ENTITIES, PROTOCOLS[name], address, rate=20.0, seconds=0.5))

    assert seen.seconds
    assert seen.errors == 0


def test_it_is_found_to_be_ready(guarded: Harness) -> None:
    assert Service(**addresses(guarded)).is_ready()


def test_a_key_that_it_does_not_take_is_said_at_once(
    guarded: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALIENCE_API_KEY", "salience_00000000_wrong")

    with pytest.raises(SystemExit, match="API key"):
        Service(**addresses(guarded)).is_ready()


def locust_options(gateway: Harness) -> list[str]:
    where = addresses(gateway)
    return ["--host", f"https://{where['http']}", "--grpc-target", where["grpc"]]


def test_locust_users_call_it_over_both_protocols(guarded: Harness) -> None:
    """The fake's answers lack a time, which is found out by those that get one."""
    brief = ["--shape", "constant", "--peak-users", "4", "--shape-seconds", "6"]

    done = run_locust("shaped", *locust_options(guarded), *brief)

    assert re.search("gRPC .*the reply does not say how long", done.stderr), done.stderr
    assert re.search("POST /v1/.*the reply does not say how long", done.stderr), done.stderr


def test_arrivals_meet_their_objective_there(guarded: Harness) -> None:
    brief = ["--rate", "20", "--users", "1", "--run-time", "2s", "--stop-timeout", "1"]
    generous = ["--p99-ms", "20000", "--late-share", "1"]

    done = run_locust("open_loop", *locust_options(guarded), *brief, *generous)

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_price_is_of_both_gateways_over_both_protocols(tmp_path: Path) -> None:
    with fake_in_a_thread() as fake:
        where = {"torchserve_url": fake.url, "management_url": fake.url}
        with (
            running_gateway(OPEN, **where) as unguarded,
            running_gateway(guards_in(tmp_path), **where) as guarded,
        ):
            turns = Turns(callers=2, rounds=2, seconds=0.5, warm_up=1.0)
            found = list(prices((unguarded, guarded), ["entities"], turns))

    assert [price.protocol for price in found] == ["grpc", "http"]
    assert all(len(price.rounds) == 2 and price.ratio > 0 for price in found)
    assert table(found, "guards").row_count == 2


def test_the_verdict_is_on_the_median_of_the_ratios(capsys: pytest.CaptureFixture[str]) -> None:
    def price(*ratios: float) -> Price:
        rounds = (Round(Turn(100.0, 1e-3), Turn(100.0 * ratio, 2e-3)) for ratio in ratios)
        return Price("entities", "grpc", tuple(rounds))

    assert verdict([price(0.90, 0.98, 0.99)]) == 0
    assert verdict([price(0.90, 0.96, 0.99), price(1.0)]) == 1
    assert "entities over grpc fell by 4.0%" in capsys.readouterr().out
