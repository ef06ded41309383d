"""The calls of a soak, a line of JSON each, and what they come to."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple, TextIO

from salience.errors import ServingError

LONGEST_FAILURE = 60


class Call(NamedTuple):
    """One call: when it ended and how."""

    second: float
    """Since the load began."""
    name: str
    milliseconds: float
    failure: str
    """Its kind; empty where the call was answered as it should be."""


class Latency(NamedTuple):
    """In milliseconds."""

    p50: float
    p99: float


def failure_kind(error: BaseException | None) -> str:
    """The error's code where it has one, else the first of what it says, without a JSON body."""
    if error is None:
        return ""
    if isinstance(error, ServingError):
        return error.code.value
    return f"{type(error).__name__}: {error}".partition(": {")[0][:LONGEST_FAILURE]


def write_call(call: Call, file: TextIO) -> None:
    """Add a line."""
    file.write(json.dumps(call) + "\n")


def read_calls(path: Path) -> list[Call]:
    """All of them, in the order in which they ended."""
    with path.open(encoding="utf-8") as lines:
        return [Call(*json.loads(line)) for line in lines]


def failures(calls: Iterable[Call]) -> Counter[tuple[str, str]]:
    """How many calls failed, by name and kind."""
    return Counter((call.name, call.failure) for call in calls if call.failure)


def latency(calls: Sequence[Call], *, since: float, until: float) -> Latency | None:
    """Of the calls answered between two seconds; None where they are fewer than two."""
    times = [c.milliseconds for c in calls if since <= c.second < until and not c.failure]
    if len(times) < 2:
        return None
    hundredths = quantiles(times, n=100, method="inclusive")
    return Latency(hundredths[49], hundredths[98])
