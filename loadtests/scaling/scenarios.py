"""The loads that the autoscaler is tried on, at the size of a number of workers."""

import math
from collections.abc import Callable

from loadtests.scaling.simulation import Scenario
from salience.supervisor.scaling import ScalingPolicy

_SECONDS = 1800.0
_START_SECONDS = 15.0
_CALLS_IN_A_QUEUE = 4
_BUSY_SHARE = 0.7
"""Of what all workers can do: the highest rate of a scenario."""


def _steady(share: float) -> float:
    return 1.0


def _wave(share: float) -> float:
    return 0.55 - 0.45 * math.cos(2 * math.pi * share)


def _square(share: float) -> float:
    return 1.0 if share * 3 % 1 > 0.5 else 0.1


def _spike(share: float) -> float:
    return 1.0 if 0.4 < share < 0.5 else 0.15


LOADS: dict[str, Callable[[float], float]] = {
    "steady": _steady,
    "wave": _wave,
    "square wave": _square,
    "spike": _spike,
}
"""From the share of the time that has passed to the share of the highest rate."""


def scenario(load: str, *, workers: int, calls_per_hour: float) -> Scenario:
    """A load with that peak, by a model so slow that so many workers have enough of it."""
    highest = calls_per_hour / 3600
    seconds_per_call = _BUSY_SHARE * workers / highest
    return Scenario(
        rate=lambda moment: highest * LOADS[load](moment / _SECONDS),
        highest_rate=highest,
        seconds=_SECONDS,
        seconds_per_call=seconds_per_call,
        start_seconds=_START_SECONDS,
        policy=ScalingPolicy(
            min_workers=max(1, workers // 8),
            max_workers=workers,
            queue_seconds=max(0.1, _CALLS_IN_A_QUEUE * seconds_per_call),
        ),
    )
