"""What an engine answers that is asked to explain the scores of tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from salience.engines.engine import Tokens


class ExplainedScores(NamedTuple):
    """Scores [tokens, tags], and how much each token looked at each [tokens, tokens]."""

    scores: NDArray[np.float32]
    attention: NDArray[np.float32]


class TokenEngine(Protocol):
    """An engine of scores that may be able to explain them."""

    @property
    def name(self) -> str:
        """The engine and its precision."""

    @property
    def device(self) -> str:
        """`cpu`, or `cuda:0`."""

    @property
    def explains(self) -> bool:
        """Whether `explain` can be called."""

    def run(self, batch: Sequence[Tokens]) -> Sequence[NDArray[np.float32]]:
        """The scores of each sequence, [tokens, tags], before softmax."""

    def explain(self, batch: Sequence[Tokens]) -> Sequence[ExplainedScores]:
        """The same with attention rollout, which takes a little longer."""


@dataclass(frozen=True)
class ExplainingEngine:
    """Implements Engine: another one that is asked to explain everything."""

    engine: TokenEngine

    @property
    def name(self) -> str:
        """The name of the engine inside."""
        return self.engine.name

    @property
    def device(self) -> str:
        """The device of the engine inside."""
        return self.engine.device

    def run(self, batch: Sequence[Tokens]) -> Sequence[ExplainedScores]:
        """Explain one batch."""
        return self.engine.explain(batch)
