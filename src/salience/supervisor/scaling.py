"""When a model gets more workers, and when fewer: a pure decision, the same in a simulation."""

import math
from dataclasses import dataclass, replace

_CALM_SHARE = 0.5
"""Of the load that calls for a worker: only below it may that worker go again."""
_LARGEST_SHARE_TO_STOP = 0.25


@dataclass(frozen=True)
class ScalingPolicy:
    """Between which bounds, and how readily."""

    min_workers: int
    max_workers: int
    queue_seconds: float = 0.1
    """The mean time in the queue above which a model needs another worker."""
    rows_per_worker: float = 4.0
    """Rows in flight that a worker should have on average: more, and it gets help."""
    up_after_seconds: float = 3.0
    """How long it must be too much before a worker is started."""
    down_after_seconds: float = 60.0
    """How long it must be little before a worker is stopped."""
    smoothing_seconds: float = 2.0
    """Time constant of the mean over the rows in flight."""

    def bounded(self, num_workers: int) -> int:
        """The nearest number that is allowed."""
        return max(self.min_workers, min(num_workers, self.max_workers))


@dataclass(frozen=True)
class Load:
    """What a model has to do, as its gateway sees it."""

    num_in_flight: float
    """Rows that wait or run at this moment."""
    queue_seconds: float
    """Mean time in the queue of the calls that ended since the last look."""


@dataclass(frozen=True)
class Trend:
    """What the decision remembers from one look to the next."""

    looked_at: float = -math.inf
    in_flight: float = 0.0
    pressure: int = 0
    """1 when more workers are needed, -1 when fewer would do."""
    since: float = -math.inf
    """When the pressure began, or workers were last changed."""


def decide(
    trend: Trend, load: Load, *, num_workers: int, now: float, policy: ScalingPolicy
) -> tuple[Trend, int]:
    """The number of workers a model should have, and what to remember.

    Up as soon as there has been too much work for a while, at most to twice as many; down
    slowly, by a quarter at most, after little work for long. The load at which a worker
    goes is half of that at which it came, so that a steady load does both only by chance.
    """
    allowed = policy.bounded(num_workers)
    in_flight = _smoothed(trend, load.num_in_flight, now, policy)
    pressure = _pressure(in_flight, load.queue_seconds, allowed, policy)
    since = trend.since if pressure == trend.pressure else now
    seen = Trend(now, in_flight, pressure, since)
    patience = policy.up_after_seconds if pressure > 0 else policy.down_after_seconds
    if not pressure or now - since < patience:
        return seen, allowed
    step = _more if pressure > 0 else _fewer
    return replace(seen, since=now), policy.bounded(step(in_flight, allowed, policy))


def _smoothed(trend: Trend, in_flight: float, now: float, policy: ScalingPolicy) -> float:
    weight = 1 - math.exp(-max(now - trend.looked_at, 0.0) / policy.smoothing_seconds)
    return trend.in_flight + weight * (in_flight - trend.in_flight)


def _pressure(
    in_flight: float, queue_seconds: float, num_workers: int, policy: ScalingPolicy
) -> int:
    crowded = in_flight > num_workers * policy.rows_per_worker
    slow = queue_seconds > policy.queue_seconds and in_flight > num_workers
    if (crowded or slow) and num_workers < policy.max_workers:
        return 1
    calm = in_flight <= _CALM_SHARE * (num_workers - 1) * policy.rows_per_worker
    if calm and not slow and num_workers > policy.min_workers:
        return -1
    return 0


def _more(in_flight: float, num_workers: int, policy: ScalingPolicy) -> int:
    needed = math.ceil(in_flight / policy.rows_per_worker)
    return min(max(needed, num_workers + 1), 2 * num_workers)


def _fewer(in_flight: float, num_workers: int, policy: ScalingPolicy) -> int:
    enough = math.ceil(in_flight / (_CALM_SHARE * policy.rows_per_worker))
    slowly = num_workers - max(1, int(_LARGEST_SHARE_TO_STOP * num_workers))
    return min(max(enough, slowly), num_workers - 1)
