"""Engines that can tell where they looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from salience.engines.engine import Tokens

Explained = TypeVar("Explained")
ExplainedOutput = TypeVar("ExplainedOutput", covariant=True)


class Explains(Protocol[ExplainedOutput]):
    """The part of an engine that explains."""

    @property
    def name(self) -> str:
        """The engine and its precision."""

    @property
    def device(self) -> str:
        """`cpu`, or `cuda:0`."""

    def explain(self, batch: Sequence[Tokens]) -> Sequence[ExplainedOutput]:
        """Run one batch, and tell where the network looked, which takes a little longer."""


@dataclass(frozen=True)
class ExplainingEngine(Generic[Explained]):
    """Implements Engine: another one that is asked to explain everything."""

    engine: Explains[Explained]

    @property
    def name(self) -> str:
        """The name of the engine inside."""
        return self.engine.name

    @property
    def device(self) -> str:
        """The device of the engine inside."""
        return self.engine.device

    def run(self, batch: Sequence[Tokens]) -> Sequence[Explained]:
        """Explain one batch."""
        return self.engine.explain(batch)
