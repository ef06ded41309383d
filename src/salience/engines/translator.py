"""Engines that are told each time how to search."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from salience.decoding.generated import Generated
from salience.decoding.options import DecodingOptions
from salience.engines.engine import Tokens


class Translator(Protocol):
    """Turns token sequences into others; like Engine, but told how to search."""

    @property
    def name(self) -> str:
        """The engine and its precision, such as `ctranslate2-int8`."""

    @property
    def device(self) -> str:
        """`cpu`, or `cuda:0`."""

    @property
    def explains(self) -> bool:
        """Whether it can tell where it looked."""

    def run(self, batch: Sequence[Tokens], options: DecodingOptions) -> list[Generated]:
        """The best output for each sequence of a padded batch, with its alternatives."""


@dataclass(frozen=True)
class SearchingEngine:
    """Implements Engine: a translator that searches in one way."""

    translator: Translator
    options: DecodingOptions

    @property
    def name(self) -> str:
        """The translator's name."""
        return self.translator.name

    @property
    def device(self) -> str:
        """The translator's device."""
        return self.translator.device

    def run(self, batch: Sequence[Tokens]) -> list[Generated]:
        """Translate one padded batch."""
        return self.translator.run(batch, self.options)
