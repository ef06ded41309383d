import asyncio
from dataclasses import dataclass, field

import aiohttp
import pytest

from salience.supervisor.management import RegistrationRefused, Workers
from salience.supervisor.model_keeper import ModelKeeper
from salience.supervisor.worker_watch import WorkerWatch
from salience.worker.provenance import UnsupportedArchive
from tests.unit.supervisor.polling import until

ARCHIVES = {"entities-en": "entities-en.mar", "translation-en-de": "translation-en-de.mar"}


@dataclass
class FakeTorchServe:
    """Has as many workers for each model as it is told."""

    ready: dict[str, int] = field(default_factory=dict)
    wanted: dict[str, int] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    failure: Exception | None = None
    refused: str = ""
    num_looks: int = 0

    async def model_names(self) -> set[str]:
        self.num_looks += 1
        if self.failure:
            raise self.failure
        return set(self.ready)

    async def workers_of(self, model: str) -> Workers:
        return Workers(self.ready[model], self.wanted.get(model, 0))

    async def register(self, archive: str, *, workers: int) -> None:
        if archive == self.refused:
            raise RegistrationRefused(f"{archive}: no handler")
        self.calls.append(f"register {archive} with {workers}")
        self.ready[archive.removesuffix(".mar")] = 0

    async def unregister(self, model: str) -> None:
        self.calls.append(f"unregister {model}")
        del self.ready[model]


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def torchserve() -> FakeTorchServe:
    return FakeTorchServe()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keeper(torchserve: FakeTorchServe, clock: Clock) -> ModelKeeper:
    watch = WorkerWatch(stopped_seconds=2, max_bytes=2**40)
    return ModelKeeper(
        torchserve, ARCHIVES, workers=2, restart_seconds=90, watch=watch, clock=clock
    )


def look(keeper: ModelKeeper) -> None:
    asyncio.run(keeper.look())


REGISTRATIONS = [f"register {archive} with 2" for archive in ARCHIVES.values()]


def test_a_new_torchserve_gets_every_model(keeper: ModelKeeper, torchserve: FakeTorchServe) -> None:
    look(keeper)
    look(keeper)

    assert torchserve.calls == REGISTRATIONS


def test_a_torchserve_that_was_restarted_gets_them_again(
    keeper: ModelKeeper, torchserve: FakeTorchServe
) -> None:
    look(keeper)
    torchserve.ready.clear()
    look(keeper)

    assert torchserve.calls == 2 * REGISTRATIONS


def test_it_is_complete_when_every_worker_is_there(
    keeper: ModelKeeper, torchserve: FakeTorchServe
) -> None:
    torchserve.ready = {"entities-en": 2, "translation-en-de": 1}
    look(keeper)
    assert not keeper.is_complete

    torchserve.ready["translation-en-de"] = 2
    look(keeper)
    assert keeper.is_complete


def test_a_scaled_model_is_complete_with_its_own_number(
    keeper: ModelKeeper, torchserve: FakeTorchServe
) -> None:
    torchserve.ready = {"entities-en": 2, "translation-en-de": 3}
    torchserve.wanted = {"translation-en-de": 3}
    look(keeper)

    assert keeper.is_complete


def test_a_scaled_model_keeps_its_number_when_torchserve_is_restarted(
    keeper: ModelKeeper, torchserve: FakeTorchServe
) -> None:
    torchserve.ready = {"entities-en": 2, "translation-en-de": 3}
    torchserve.wanted = {"translation-en-de": 3}
    look(keeper)
    torchserve.ready.clear()
    look(keeper)

    assert torchserve.calls == [
        "register entities-en.mar with 2",
        "register translation-en-de.mar with 3",
    ]


def test_a_model_without_a_worker_for_too_long_is_restarted(
    keeper: ModelKeeper, torchserve: FakeTorchServe, clock: Clock
) -> None:
    torchserve.ready = {"entities-en": 2, "translation-en-de": 0}
    look(keeper)
    clock.now = 91
    look(keeper)

    assert torchserve.calls == [
        "unregister translation-en-de",
        "register translation-en-de.mar with 2",
    ]


def test_a_restarted_model_has_as_long_again(
    keeper: ModelKeeper, torchserve: FakeTorchServe, clock: Clock
) -> None:
    torchserve.ready = {"entities-en": 2, "translation-en-de": 0}
    for clock.now in (0, 91, 100, 180):
        look(keeper)

    assert torchserve.calls.count("unregister translation-en-de") == 1


def test_a_model_whose_worker_comes_back_in_time_is_left_alone(
    keeper: ModelKeeper, torchserve: FakeTorchServe, clock: Clock
) -> None:
    for clock.now, ready in ((0, 2), (50, 0), (89, 0), (100, 1), (180, 0)):
        torchserve.ready = {"entities-en": 2, "translation-en-de": ready}
        look(keeper)

    assert torchserve.calls == []


def test_a_model_that_stays_short_of_workers_is_restarted_ever_less_often(
    keeper: ModelKeeper, torchserve: FakeTorchServe, clock: Clock
) -> None:
    restarts = []
    torchserve.ready = {"entities-en": 2, "translation-en-de": 1}
    for clock.now in range(0, 800, 10):
        look(keeper)
        if torchserve.calls:
            restarts.append(clock.now)
            torchserve.calls.clear()
            torchserve.ready = {"entities-en": 2, "translation-en-de": 1}

    assert restarts == [100, 300, 680]


def test_a_model_whose_workers_come_one_by_one_is_left_alone(
    keeper: ModelKeeper, torchserve: FakeTorchServe, clock: Clock
) -> None:
    torchserve.wanted = {"translation-en-de": 4}
    for clock.now, ready in ((0, 1), (80, 2), (160, 3), (240, 4)):
        torchserve.ready = {"entities-en": 2, "translation-en-de": ready}
        look(keeper)

    assert torchserve.calls == []


async def keep_until(keeper: ModelKeeper, torchserve: FakeTorchServe) -> None:
    keeping = asyncio.create_task(keeper.keep(every_seconds=0.001))
    await until(lambda: torchserve.num_looks >= 3)
    torchserve.failure = None
    await until(lambda: torchserve.calls == REGISTRATIONS)
    keeping.cancel()


def test_it_waits_for_a_torchserve_that_is_away(
    keeper: ModelKeeper, torchserve: FakeTorchServe
) -> None:
    torchserve.failure = aiohttp.ClientConnectionError()

    asyncio.run(keep_until(keeper, torchserve))


@dataclass
class Inspector:
    """Refuses one archive."""

    refused: str
    num_checks: int = 0

    def __call__(self, archive: str) -> None:
        if archive == self.refused:
            self.num_checks += 1
            raise UnsupportedArchive(f"{archive} is not an archive of this project")


@pytest.fixture
def inspector(keeper: ModelKeeper) -> Inspector:
    keeper.unpack = inspector = Inspector(refused="entities-en.mar")
    return inspector


@pytest.mark.usefixtures("inspector")
def test_an_archive_that_fails_its_check_is_not_registered_and_the_others_are(
    keeper: ModelKeeper, torchserve: FakeTorchServe
) -> None:
    look(keeper)

    assert torchserve.calls == ["register translation-en-de.mar with 2"]
    assert keeper.num_ready == {"entities-en": 0, "translation-en-de": 0}
    shown = keeper.metrics.registry.get_sample_value
    assert shown("salience_supervisor_workers_wanted", {"model": "entities-en"}) == 2
    assert shown("salience_supervisor_workers_ready", {"model": "entities-en"}) == 0


def test_a_registration_that_torchserve_refuses_keeps_no_other_waiting(
    keeper: ModelKeeper, torchserve: FakeTorchServe, caplog: pytest.LogCaptureFixture
) -> None:
    torchserve.refused = "entities-en.mar"

    look(keeper)

    assert torchserve.calls == ["register translation-en-de.mar with 2"]
    assert caplog.messages == ["cannot serve entities-en.mar: no handler"]


def test_a_refused_archive_is_looked_at_again_now_and_then_and_logged_once(
    keeper: ModelKeeper,
    inspector: Inspector,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for clock.now in (0.0, 1.0, 4.0, 6.0, 7.0):
        look(keeper)

    assert inspector.num_checks == 2
    assert caplog.messages == ["cannot serve entities-en.mar is not an archive of this project"]


def test_an_archive_that_was_mended_is_registered(
    keeper: ModelKeeper, torchserve: FakeTorchServe, inspector: Inspector, clock: Clock
) -> None:
    look(keeper)
    inspector.refused = ""
    clock.now = 6.0
    look(keeper)

    assert torchserve.calls == REGISTRATIONS[::-1]
