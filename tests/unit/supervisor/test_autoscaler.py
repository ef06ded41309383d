import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp
import pytest

from salience.supervisor.autoscaler import Autoscaler
from salience.supervisor.scaling import Load, ScalingPolicy
from tests.unit.supervisor.polling import until

POLICY = ScalingPolicy(min_workers=1, max_workers=4, up_after_seconds=2, down_after_seconds=5)
HEAVY, IDLE = Load(50.0, 1.0), Load(0.0, 0.0)


@dataclass
class FakeService:
    """Starts workers at once, unless told that they load slowly."""

    num_ready: dict[str, int] = field(default_factory=lambda: {"a": 1})
    num_wanted: dict[str, int] = field(default_factory=lambda: {"a": 1})
    load: dict[str, Load] = field(default_factory=lambda: {"a": IDLE})
    workers_load: bool = True
    failure: Exception | None = None
    now: float = 0.0

    async def scale(self, model: str, *, workers: int) -> None:
        self.num_wanted[model] = workers
        if self.workers_load:
            self.num_ready[model] = workers

    async def read(self) -> Mapping[str, Load]:
        self.now += 1
        if self.failure:
            raise self.failure
        return self.load


@pytest.fixture
def service() -> FakeService:
    return FakeService()


def looks(service: FakeService, count: int) -> list[str]:
    """What is reported while the autoscaler looks so many times, a second apart."""
    lines: list[str] = []
    scaler = Autoscaler(
        POLICY, service, service, service.read, lines.append, clock=lambda: service.now
    )

    async def look() -> None:
        for _ in range(count):
            await scaler.look()

    asyncio.run(look())
    return lines


def test_a_model_under_load_gets_workers_and_loses_them_again(service: FakeService) -> None:
    service.load = {"a": HEAVY}
    lines = looks(service, 20)
    assert service.num_wanted == {"a": 4}
    assert lines[0].startswith("a: from 1 to 2 workers, 50.0 rows in flight, 1000 ms")

    service.load = {"a": IDLE}
    looks(service, 60)
    assert service.num_wanted == {"a": 1}


def test_it_waits_for_the_workers_it_has_asked_for(service: FakeService) -> None:
    service.workers_load = False
    service.load = {"a": HEAVY}

    looks(service, 50)

    assert service.num_wanted == {"a": 2}


def test_a_model_that_is_not_kept_is_left_alone(service: FakeService) -> None:
    service.load = {"stranger": HEAVY}

    assert looks(service, 20) == []


def test_a_gateway_that_is_away_is_waited_for(service: FakeService) -> None:
    service.failure = aiohttp.ClientConnectionError()
    service.load = {"a": HEAVY}
    scaler = Autoscaler(
        POLICY, service, service, service.read, lambda _: None, clock=lambda: service.now
    )

    async def run() -> None:
        running = asyncio.create_task(scaler.run(every_seconds=0.001))
        await until(lambda: service.now > 5)
        assert service.num_wanted == {"a": 1}
        service.failure = None
        await until(lambda: service.num_wanted == {"a": 4})
        running.cancel()

    asyncio.run(run())
