"""What a load test must reach, and what it missed."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Objectives:
    """Of every kind of call."""

    p99_milliseconds: float
    error_share: float
    late_share: float
    """Of the arrivals of an open loop, those that a caller was not free to send in time."""


@dataclass(frozen=True)
class Outcome:
    """What became of one kind of call."""

    name: str
    calls: int
    errors: int
    p99_milliseconds: float
    late: int = 0


def missed(objectives: Objectives, outcome: Outcome) -> Iterator[str]:
    """What is wrong with the outcome, a sentence each."""
    if not outcome.calls:
        yield f"{outcome.name}: no call was made"
        return
    if outcome.p99_milliseconds > objectives.p99_milliseconds:
        yield (
            f"{outcome.name}: p99 is {outcome.p99_milliseconds:.0f} ms,"
            f" more than {objectives.p99_milliseconds:.0f} ms"
        )
    for what, count, allowed in (
        ("failed", outcome.errors, objectives.error_share),
        ("were sent late", outcome.late, objectives.late_share),
    ):
        if count / outcome.calls > allowed:
            yield f"{outcome.name}: {count} of {outcome.calls} {what}, more than {allowed:.2%}"
