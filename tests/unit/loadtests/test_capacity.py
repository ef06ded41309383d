"""The search for the highest rate, open arrivals, and what a traffic costs."""

import asyncio
from dataclasses import dataclass

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.capacity.probe import arrive
from loadtests.capacity.search import highest_passing
from loadtests.capacity.sizing import Traffic, sizing


@dataclass(frozen=True)
class Probe:
    rate: float
    passes: bool


@given(st.floats(0.01, 1.0), st.floats(1.0, 1000.0))
def test_the_rate_found_passes_and_is_close_to_the_limit(share: float, ceiling: float) -> None:
    limit = share * ceiling

    best = highest_passing(lambda rate: Probe(rate, rate <= limit), ceiling=ceiling, num_probes=10)

    assert best
    assert best.rate <= limit
    assert limit - best.rate <= ceiling / 2**10 * (1 + 1e-9)


def test_where_no_rate_passes_there_is_none() -> None:
    assert highest_passing(lambda rate: Probe(rate, False), ceiling=9, num_probes=5) is None


def test_calls_arrive_on_time_however_slow_the_answers_are() -> None:
    in_flight: list[int] = []

    async def slow(body: bytes) -> bytes:
        in_flight.append(1)
        await asyncio.sleep(0.3)
        in_flight.pop()
        return b""

    async def most_at_once() -> int:
        arriving = asyncio.create_task(arrive(slow, [b""], rate=200.0, seconds=0.5))
        most = 0
        while not arriving.done():
            most = max(most, len(in_flight))
            await asyncio.sleep(0.001)
        return most

    assert asyncio.run(most_at_once()) > 20


def test_failures_and_calls_that_are_never_answered_are_errors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("loadtests.capacity.probe._PATIENCE_SECONDS", 0.1)
    answers = iter(["fails", "hangs", *["answers"] * 1000])

    async def send(body: bytes) -> bytes:
        answer = next(answers)
        if answer == "fails":
            raise aiohttp.ClientPayloadError
        if answer == "hangs":
            await asyncio.Event().wait()
        return b""

    seen = asyncio.run(arrive(send, [b""], rate=100.0, seconds=0.3))

    assert seen.errors == 2
    assert seen.figures(100.0)["arrivals"] == len(seen.seconds) + 2


def test_replicas_and_cost_follow_from_the_traffic() -> None:
    traffic = Traffic(calls_per_hour=3.6e6, price_per_hour=0.5, headroom=0.5, min_replicas=2)

    needed = sizing(traffic, calls_per_second=100.0)

    assert (needed.replicas, needed.cost_per_hour) == (20, 10.0)
    assert needed.cost_per_million_calls == pytest.approx(2.7778, abs=1e-4)


def test_a_small_traffic_still_has_a_replica_to_lose() -> None:
    traffic = Traffic(calls_per_hour=10, price_per_hour=1, headroom=0.7, min_replicas=2)

    assert sizing(traffic, calls_per_second=100.0).replicas == 2
