from contextlib import ExitStack

import pytest

from salience.errors import RateLimited
from salience.gateway.access.call_limits import CallLimits


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def num_taken(limits: CallLimits) -> int:
    """How many calls are taken at this moment, one after the other."""
    taken = 0
    try:
        while taken < 1000:
            with limits.taken():
                taken += 1
    except RateLimited:
        return taken
    return taken


def test_the_calls_of_a_second_are_taken_at_once_and_then_as_many_as_time_allows() -> None:
    clock = Clock()
    limits = CallLimits(calls_per_second=4, clock=clock)

    assert num_taken(limits) == 4
    clock.now += 0.5
    assert num_taken(limits) == 2
    clock.now += 60
    assert num_taken(limits) == 4


def test_a_refusal_says_when_the_next_call_is_taken() -> None:
    clock = Clock()
    limits = CallLimits(calls_per_second=0.5, clock=clock)
    assert num_taken(limits) == 1

    with pytest.raises(RateLimited) as raised, limits.taken():
        pass
    assert raised.value.retry_seconds == 2
    clock.now += 2
    assert num_taken(limits) == 1


def test_only_so_many_are_under_way_and_an_end_makes_room() -> None:
    limits = CallLimits(max_in_flight=2)
    with ExitStack() as first, ExitStack() as second:
        first.enter_context(limits.taken())
        second.enter_context(limits.taken())
        with pytest.raises(RateLimited, match="2 calls under way"), limits.taken():
            pass
        first.close()
        assert num_taken(limits) == 1000


def test_a_call_refused_for_those_under_way_is_not_counted_against_the_rate() -> None:
    limits = CallLimits(calls_per_second=2, max_in_flight=1, clock=Clock())
    with limits.taken():
        assert num_taken(limits) == 0

    assert num_taken(limits) == 1
