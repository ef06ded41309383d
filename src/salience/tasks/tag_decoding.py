"""The most probable sequence of tags that is valid IOB2, and the names it spells."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from salience.data.iob2 import OUTSIDE, iob2_tags, may_follow, names

LogProbabilities = NDArray[np.float32]


class Span(NamedTuple):
    """A name over the units `[start, end)`; `score` is its least sure tag's probability."""

    label: str
    start: int
    end: int
    score: float


class SpanDecoder(Protocol):
    """Reads names off log-probabilities [units, tags]."""

    tags: list[str]

    def best_tags(self, log_probabilities: LogProbabilities) -> list[int]:
        """The number of each unit's tag."""

    def spans(self, log_probabilities: LogProbabilities) -> list[Span]:
        """The names, in order; they do not overlap."""


class TagDecoder:
    """Implements SpanDecoder for the tags of the models trained here.

    Reads log-probabilities [units, tags]; a unit is a word, or a part of one.
    """

    def __init__(self, labels: Sequence[str]) -> None:
        self.tags = iob2_tags(labels)
        self._outside = self.tags.index(OUTSIDE)
        self._valid = np.array(
            [[may_follow(tag, before) for tag in self.tags] for before in self.tags]
        )
        self._penalty = np.where(self._valid, 0.0, -np.inf)

    def best_tags(self, log_probabilities: LogProbabilities) -> list[int]:
        """The number of each unit's tag: the best valid sequence as a whole."""
        greedy = log_probabilities.argmax(axis=1)
        before = np.concatenate([[self._outside], greedy[:-1]])
        if self._valid[before, greedy].all():
            return greedy.tolist()  # type: ignore[no-any-return]
        return self._viterbi(log_probabilities)

    def spans(self, log_probabilities: LogProbabilities) -> list[Span]:
        """The names, in order; they do not overlap."""
        chosen = self.best_tags(log_probabilities)
        return [
            Span(label, start, end, lowest_probability(log_probabilities, chosen, start, end))
            for label, start, end in names([self.tags[tag] for tag in chosen])
        ]

    def _viterbi(self, log_probabilities: LogProbabilities) -> list[int]:
        best = log_probabilities[0] + self._penalty[self._outside]
        came_from = []
        for row in log_probabilities[1:]:
            paths = best[:, None] + self._penalty
            came_from.append(paths.argmax(axis=0))
            best = paths.max(axis=0) + row
        backwards = [int(best.argmax())]
        for pointers in reversed(came_from):
            backwards.append(int(pointers[backwards[-1]]))
        return backwards[::-1]


def lowest_probability(
    log_probabilities: LogProbabilities, chosen: Sequence[int], start: int, end: int
) -> float:
    """How sure the least sure of the chosen tags in `[start, end)` is."""
    return float(np.exp(log_probabilities[range(start, end), chosen[start:end]].min()))
