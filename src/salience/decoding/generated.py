"""What a decoder hands back."""

from collections.abc import Sequence
from typing import NamedTuple


class Generated(NamedTuple):
    """One output sequence, START and END left out.

    `score` is the mean log-probability per token, the END included. `finished` is False
    when the longest allowed length came before the END. `alternatives` are the other
    sequences that were asked for, the better first. `attention` has for each token of the
    first its weights over the source; it is empty unless it was asked for.
    """

    tokens: list[int]
    score: float
    finished: bool
    alternatives: tuple["Generated", ...] = ()
    attention: Sequence[Sequence[float]] = ()

    @property
    def length(self) -> int:
        """Tokens written, the END included."""
        return len(self.tokens) + self.finished


def with_alternatives(hypotheses: list[Generated]) -> Generated:
    """The first of some hypotheses, best first, with the others as its alternatives."""
    best, *others = hypotheses
    return best._replace(alternatives=tuple(others))
