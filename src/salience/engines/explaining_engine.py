"""Engines that can tell where they looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol

from typing_extensions import TypeVar

from salience.engines.engine import Tokens

Explained = TypeVar("Explained")
Item = TypeVar("Item", default=Tokens)
Output = TypeVar("Output", covariant=True)
Input = TypeVar("Input", contravariant=True, default=Tokens)


class Explains(Protocol[Output, Input]):
    """The part of an engine that explains."""

    @property
    def name(self) -> str:
        """The engine and its precision."""

    @property
    def device(self) -> str:
        """`cpu`, or `cuda:0`."""

    def explain(self, batch: Sequence[Input]) -> Sequence[Output]:
        """Run one batch, and tell where the network looked, which takes a little longer."""


@dataclass(frozen=True)
class ExplainingEngine(Generic[Explained, Item]):
    """Implements Engine: another one that is asked to explain everything."""

    engine: Explains[Explained, Item]

    @property
    def name(self) -> str:
        """The name of the engine inside."""
        return self.engine.name

    @property
    def device(self) -> str:
        """The device of the engine inside."""
        return self.engine.device

    def run(self, batch: Sequence[Item]) -> Sequence[Explained]:
        """Explain one batch."""
        return self.engine.explain(batch)
