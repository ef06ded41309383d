"""How many users there are at each moment of a load test."""

from collections.abc import Callable, Mapping

_STEPS = 5
_SPIKE_BEGINS, _SPIKE_ENDS = 0.4, 0.6
_SPIKE_BASE_SHARE = 0.1
_RAMP_SHARE = 0.1

Shape = Callable[[float, int], int]
"""From the share of the time that has passed, and the most users, to the users now."""


def step(share: float, peak: int) -> int:
    """A fifth more users in every fifth of the time."""
    return max(1, round(peak * min(int(share * _STEPS) + 1, _STEPS) / _STEPS))


def spike(share: float, peak: int) -> int:
    """A tenth of the users, and all of them for a fifth of the time, in the middle."""
    base = max(1, round(peak * _SPIKE_BASE_SHARE))
    return peak if _SPIKE_BEGINS <= share < _SPIKE_ENDS else base


def soak(share: float, peak: int) -> int:
    """All users after a short ramp, to the end."""
    return max(1, round(peak * min(1.0, share / _RAMP_SHARE)))


def constant(share: float, peak: int) -> int:
    """All users from the beginning."""
    return peak


SHAPES: Mapping[str, Shape] = {
    "step": step,
    "spike": spike,
    "soak": soak,
    "constant": constant,
}


def users_at(shape: str, seconds: float, *, run_seconds: float, peak: int) -> int | None:
    """The users after so many seconds; None when the test is over."""
    if seconds >= run_seconds:
        return None
    return SHAPES[shape](seconds / run_seconds, peak)
