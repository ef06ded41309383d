"""Reads names off scores by a conditional random field."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from salience.data.iob2 import OUTSIDE, iob2_tags, may_follow, names
from salience.tasks.tag_decoding import LogProbabilities, Span, lowest_probability

Scores = NDArray[np.float32]


class CrfTagDecoder:
    """Implements SpanDecoder: the best valid sequence, and how probable its tags are.

    `transitions` [before, after] and `first` [tag] are those of the trained field; what
    IOB2 does not allow is ruled out.
    """

    def __init__(self, labels: Sequence[str], transitions: Scores, first: Scores) -> None:
        self.tags = iob2_tags(labels)
        valid = np.array([[may_follow(tag, before) for tag in self.tags] for before in self.tags])
        begins = np.array([may_follow(tag, OUTSIDE) for tag in self.tags])
        self._transitions = np.where(valid, transitions, -np.inf)
        self._first = np.where(begins, first, -np.inf)

    def best_tags(self, log_probabilities: LogProbabilities) -> list[int]:
        """The number of each unit's tag, by the Viterbi algorithm."""
        best = self._first + log_probabilities[0]
        came_from = []
        for row in log_probabilities[1:]:
            paths = best[:, None] + self._transitions
            came_from.append(paths.argmax(axis=0))
            best = paths.max(axis=0) + row
        backwards = [int(best.argmax())]
        for pointers in reversed(came_from):
            backwards.append(int(pointers[backwards[-1]]))
        return backwards[::-1]

    def spans(self, log_probabilities: LogProbabilities) -> list[Span]:
        """The names, in order; they do not overlap."""
        chosen = self.best_tags(log_probabilities)
        found = names([self.tags[tag] for tag in chosen])
        if not found:
            return []
        marginals = self.log_marginals(log_probabilities)
        return [
            Span(label, start, end, lowest_probability(marginals, chosen, start, end))
            for label, start, end in found
        ]

    def log_marginals(self, log_probabilities: LogProbabilities) -> LogProbabilities:
        """The log-probability of each tag at each unit, over all sequences."""
        forward = [self._first + log_probabilities[0]]
        for row in log_probabilities[1:]:
            forward.append(_log_sum(forward[-1][:, None] + self._transitions, axis=0) + row)
        backward = [np.zeros_like(forward[0])]
        for row in log_probabilities[:0:-1]:
            backward.append(_log_sum(self._transitions + (row + backward[-1]), axis=1))
        joint = np.stack(forward) + np.stack(backward[::-1])
        marginals: LogProbabilities = joint - _log_sum(joint, axis=1)[:, None]
        return marginals


def _log_sum(terms: Scores, *, axis: int) -> Scores:
    most = terms.max(axis=axis, keepdims=True)
    most = np.where(np.isfinite(most), most, 0.0)
    with np.errstate(divide="ignore"):  # the logarithm of no probability at all
        total: Scores = np.log(np.exp(terms - most).sum(axis=axis)) + most.squeeze(axis)
    return total
