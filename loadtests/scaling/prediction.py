"""What the curve of one machine says about larger ones."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from loadtests.scaling.curve import Curve, Point
from loadtests.scaling.law import Law, contention_of_two, fitted

MACHINE_SIZE = 4
"""Workers of one machine where several machines share the work."""
GATEWAY_HEADROOM = 0.7


@dataclass(frozen=True)
class Machine:
    """One task at one length, on the machine that was measured."""

    callers_laws: dict[int, Law]
    """By the number of workers: the rate over the callers."""
    workers_law: Law
    """The peak rate over the workers."""
    gateway_seconds_per_call: float


@dataclass(frozen=True)
class Prediction:
    """Rates in calls a second."""

    workers: int
    on_one_machine: float
    on_machines_of_four: float
    gateways: int
    """Gateway processes that the higher rate takes."""


def machine_of(curve: Curve, task: str, length: str) -> Machine:
    """Fit the laws to what was measured with one worker and with two."""
    points = {workers: curve.of(task, length, workers) for workers in (1, 2)}
    laws = {workers: _law(of_workers) for workers, of_workers in points.items()}
    peaks = {
        workers: laws[workers].peak(max(point.callers for point in of_workers))
        for workers, of_workers in points.items()
    }
    contention = contention_of_two(peaks[1], peaks[2])
    seconds = [point.gateway_seconds_per_call for point in points[2] if point.callers > 1]
    return Machine(laws, Law(peaks[1], contention, 0.0), sum(seconds) / len(seconds))


def predicted(machine: Machine, workers: int) -> Prediction:
    """What so many workers do, on one machine and on several."""
    alone = machine.workers_law.rate(workers)
    together = workers / MACHINE_SIZE * machine.workers_law.rate(MACHINE_SIZE)
    busy = max(alone, together) * machine.gateway_seconds_per_call
    return Prediction(workers, alone, together, max(1, math.ceil(busy / GATEWAY_HEADROOM)))


def workers_for(machine: Machine, *, calls_per_second: float, headroom: float) -> int:
    """Workers, on machines of four, that serve a rate and are used to `headroom` at most."""
    of_machine = machine.workers_law.rate(MACHINE_SIZE) * headroom
    return math.ceil(calls_per_second / of_machine * MACHINE_SIZE)


def _law(points: Sequence[Point]) -> Law:
    return fitted([one.callers for one in points], [one.per_second for one in points])
