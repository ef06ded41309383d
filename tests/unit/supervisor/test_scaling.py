"""The decision by properties: what holds for every load, whatever the numbers."""

from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from salience.supervisor.scaling import Load, ScalingPolicy, Trend, decide

IDLE = Load(0.0, 0.0)
LOOKS_SECONDS = 1.0


@st.composite
def policies(draw: st.DrawFn) -> ScalingPolicy:
    fewest = draw(st.integers(1, 8))
    return ScalingPolicy(
        min_workers=fewest,
        max_workers=fewest + draw(st.integers(0, 16)),
        queue_seconds=draw(st.floats(0.01, 1.0)),
        rows_per_worker=draw(st.floats(1.0, 16.0)),
        up_after_seconds=draw(st.floats(0.0, 10.0)),
        down_after_seconds=draw(st.floats(0.0, 8.0)),
    )


loads = st.builds(Load, st.floats(0.0, 2000.0), st.floats(0.0, 10.0))


def worker_counts(policy: ScalingPolicy, trace: Iterable[Load], *, first: int) -> list[int]:
    """The number of workers after each look, a second apart."""
    trend, workers, counts = Trend(), first, []
    for number, load in enumerate(trace):
        trend, workers = decide(
            trend, load, num_workers=workers, now=number * LOOKS_SECONDS, policy=policy
        )
        counts.append(workers)
    return counts


@settings(deadline=None)
@given(policies(), st.lists(loads), st.integers(1, 100))
def test_the_bounds_hold_whatever_the_load(
    policy: ScalingPolicy, trace: list[Load], first: int
) -> None:
    counts = worker_counts(policy, trace, first=first)

    assert all(policy.min_workers <= count <= policy.max_workers for count in counts)


@settings(max_examples=40, deadline=None)
@given(policies())
def test_a_load_without_end_gets_every_worker_and_an_idle_model_the_fewest(
    policy: ScalingPolicy,
) -> None:
    heavy = [Load(1e6, 10.0)] * 100
    idle = [IDLE] * 400

    counts = worker_counts(policy, heavy + idle, first=policy.min_workers)

    assert counts[len(heavy) - 1] == policy.max_workers
    assert counts[-1] == policy.min_workers


@settings(max_examples=40, deadline=None)
@given(policies(), st.floats(0.0, 300.0), st.integers(1, 24))
def test_a_steady_number_of_rows_never_scales_to_and_fro(
    policy: ScalingPolicy, in_flight: float, first: int
) -> None:
    counts = worker_counts(policy, [Load(in_flight, 0.0)] * 600, first=first)

    steps = [after - before for before, after in pairwise(counts)]
    assert all(step >= 0 for step in steps) or all(step <= 0 for step in steps)
    assert counts[-1] == counts[-100]


@settings(max_examples=40, deadline=None)
@given(policies(), loads, loads)
def test_workers_at_most_double_and_lose_at_most_a_quarter(
    policy: ScalingPolicy, before: Load, after: Load
) -> None:
    trace = [before] * 50 + [after] * 50

    counts = worker_counts(policy, trace, first=policy.max_workers)

    for old, new in pairwise(counts):
        assert new <= 2 * old
        assert new >= old - max(1, old // 4)


def test_a_brief_burst_starts_nothing() -> None:
    policy = ScalingPolicy(min_workers=1, max_workers=8, up_after_seconds=3.0)
    trace = [IDLE] * 10 + [Load(16.0, 0.5)] + [IDLE] * 30

    assert set(worker_counts(policy, trace, first=1)) == {1}


def test_a_short_lull_stops_nothing() -> None:
    policy = ScalingPolicy(min_workers=1, max_workers=4, down_after_seconds=60.0)
    busy = [Load(14.0, 0.05)] * 30
    trace = busy + [IDLE] * 40 + busy

    assert set(worker_counts(policy, trace, first=4)) == {4}


def test_slow_calls_get_a_worker_even_while_few_rows_are_in_flight() -> None:
    policy = ScalingPolicy(min_workers=1, max_workers=4, rows_per_worker=8.0)

    assert worker_counts(policy, [Load(2.0, 0.5)] * 10, first=1)[-1] == 2


def test_slow_calls_that_no_worker_could_take_start_nothing() -> None:
    policy = ScalingPolicy(min_workers=1, max_workers=4)

    assert set(worker_counts(policy, [Load(1.0, 9.0)] * 100, first=1)) == {1}
