"""The law, the predictions, the simulation, and the page made of them."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadtests.scaling.curve import Curve, Point
from loadtests.scaling.law import Law, contention_of_two, fitted
from loadtests.scaling.page import write_page
from loadtests.scaling.prediction import machine_of, predicted, workers_for
from loadtests.scaling.simulation import Outcome, Scenario, simulate
from salience.supervisor.scaling import ScalingPolicy

CALLERS = (1, 2, 4, 8, 16, 32, 64, 128)


@settings(max_examples=25, deadline=None)
@given(st.floats(10, 500), st.floats(0.01, 0.5), st.floats(0.0, 0.005))
def test_the_law_is_found_again_in_its_own_curve(
    single: float, contention: float, coherency: float
) -> None:
    law = Law(single, contention, coherency)

    found = fitted(CALLERS, [law.rate(number) for number in CALLERS])

    for number in CALLERS:
        assert found.rate(number) == pytest.approx(law.rate(number), rel=0.02)


def test_without_contention_two_do_twice_as_much() -> None:
    assert contention_of_two(100, 200) == 0
    assert contention_of_two(100, 210) == 0
    assert contention_of_two(100, 100) == 1
    assert Law(100, contention_of_two(100, 160), 0).rate(2) == pytest.approx(160)


def curve(speed_of_two: float) -> Curve:
    """A machine on which two workers do so many times the work of one."""
    laws = {1: Law(50, 0.2, 0.0), 2: Law(50 * speed_of_two, 0.2, 0.0)}
    points = [
        Point("entities", "short", workers, callers, law.rate(callers), 0.01, 0.02, 0.001)
        for workers, law in laws.items()
        for callers in CALLERS
    ]
    return Curve("python -m loadtests.scaling measure", 2, 0.0, 4.0, tuple(points))


def test_machines_that_share_nothing_do_more_than_one_that_shares() -> None:
    machine = machine_of(curve(1.6), "entities", "short")

    found = predicted(machine, 64)

    assert found.on_one_machine < found.on_machines_of_four
    assert found.on_machines_of_four == pytest.approx(16 * machine.workers_law.rate(4))
    assert found.gateways > 1


def test_workers_for_a_rate_have_it_and_no_machine_to_spare() -> None:
    machine = machine_of(curve(2.0), "entities", "short")
    of_worker = machine.workers_law.rate(1)

    assert workers_for(machine, calls_per_second=of_worker * 6.99, headroom=0.7) == 10


def played(rate: float, *, most: int) -> Outcome:
    """Calls of a twentieth of a second, at a steady rate."""
    return simulate(
        Scenario(
            rate=lambda _: rate,
            highest_rate=rate,
            seconds=60.0,
            seconds_per_call=0.05,
            start_seconds=5.0,
            policy=ScalingPolicy(min_workers=1, max_workers=most),
        )
    )


def test_simulated_workers_grow_until_a_steady_load_is_served() -> None:
    outcome = played(90.0, most=16)

    assert outcome.workers[0] == 1
    assert 4 < outcome.workers[-1] <= 16
    assert max(outcome.waits[-100:]) < 1.0


def test_a_simulated_load_that_one_worker_serves_keeps_one() -> None:
    assert set(played(6.0, most=8).workers) == {1}


def test_a_simulated_load_beyond_every_worker_waits() -> None:
    outcome = played(80.0, most=2)

    assert outcome.workers[-1] == 2
    assert outcome.quantile(0.99) > 5


def test_the_page_is_written_again_without_growing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loadtests.scaling.page.LOADS", {})
    page = tmp_path / "scaling.md"
    page.write_text(Path("docs/scaling.md").read_text())

    write_page(page, curve(1.6))
    first = page.read_text()
    write_page(page, curve(1.6))

    assert page.read_text() == first
    assert "| entities | short | 1 | 50 (20) |" in first
    assert first.count("## ") == Path("docs/scaling.md").read_text().count("## ")
