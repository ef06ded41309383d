"""The highest rate that passes, by few and short probes."""

from collections.abc import Callable
from typing import Protocol, TypeVar


class Probed(Protocol):
    """What a probe found."""

    @property
    def passes(self) -> bool:
        """Whether the objective was met."""


Probe = TypeVar("Probe", bound=Probed)


def highest_passing(
    probe: Callable[[float], Probe], *, ceiling: float, num_probes: int
) -> Probe | None:
    """The best probe that passed, after halving the interval up to `ceiling` each time.

    None when none did. What is found is within ceiling / 2 ** num_probes of the limit.
    """
    low, high, best = 0.0, ceiling, None
    for _ in range(num_probes):
        rate = (low + high) / 2
        found = probe(rate)
        if found.passes:
            low, best = rate, found
        else:
            high = rate
    return best
