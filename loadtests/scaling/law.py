"""How a rate grows with what serves it: the universal scalability law.

Gunther, "A General Theory of Computational Scalability Based on Rational Functions" (2008).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import curve_fit


@dataclass(frozen=True)
class Law:
    """rate(n) = single n / (1 + contention (n - 1) + coherency n (n - 1))."""

    single: float
    """The rate of one."""
    contention: float
    """The share of the work that only one can do at a time."""
    coherency: float
    """What every pair costs."""

    def rate(self, number: float) -> float:
        """The rate of so many."""
        crosstalk = self.coherency * number * (number - 1)
        return self.single * number / (1 + self.contention * (number - 1) + crosstalk)

    def peak(self, most: float) -> float:
        """The highest rate of up to so many."""
        best = math.sqrt((1 - self.contention) / self.coherency) if self.coherency else most
        return self.rate(max(1.0, min(best, most)))


def fitted(numbers: Sequence[float], rates: Sequence[float]) -> Law:
    """The law that is closest to what was measured, in relative terms."""

    def curve(number: float, single: float, contention: float, coherency: float) -> float:
        return Law(single, contention, coherency).rate(number)

    found, _ = curve_fit(
        curve,
        np.asarray(numbers, float),
        np.asarray(rates, float),
        p0=(rates[0], 0.1, 1e-4),
        sigma=np.asarray(rates, float),
        bounds=((0.0, 0.0, 0.0), (np.inf, 1.0, 1.0)),
    )
    return Law(*(float(parameter) for parameter in found))


def contention_of_two(rate_of_one: float, rate_of_two: float) -> float:
    """The share that only one can do at a time, if two are no more than this much faster."""
    return min(max(2 * rate_of_one / rate_of_two - 1, 0.0), 1.0)
