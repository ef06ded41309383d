"""What a network that writes a line about a text offers, however it is made."""

from abc import ABC, abstractmethod
from typing import Any, Protocol, runtime_checkable

from jaxtyping import Float, Int
from torch import Tensor, nn


@runtime_checkable
class Rows(Protocol):
    """Something kept for each row of a batch."""

    def rows(self, index: Tensor) -> Any:
        """The rows that `index` names, in its order."""


class WritingNetwork(nn.Module, ABC):
    """Reads word pieces and scores the next piece of a line about them.

    `read` gives states of windows of text, `remember` joins them to what `step` looks at.
    """

    @abstractmethod
    def read(
        self, tokens: Int[Tensor, "batch len"], lengths: Int[Tensor, " batch"]
    ) -> Float[Tensor, "batch len states"]:
        """The states of the pieces of each window."""

    @abstractmethod
    def remember(
        self,
        states: Float[Tensor, "batch len states"],
        pieces: Int[Tensor, "batch len"],
        lengths: Int[Tensor, " batch"],
    ) -> Rows:
        """Whole texts out of the states of their pieces, special pieces left out."""

    @abstractmethod
    def looks(
        self, texts: Any, target: Int[Tensor, "batch target_len"], styles: Int[Tensor, " batch"]
    ) -> Float[Tensor, "batch target_len text_len"]:
        """Where it looks in the text, to copy from there, after each piece of whole targets."""

    @abstractmethod
    def step(
        self,
        texts: Any,
        newest: Int[Tensor, "batch 1"],
        styles: Int[Tensor, " batch"],
        past: tuple[Any, ...] | None,
    ) -> tuple[Float[Tensor, "batch vocabulary"], tuple[Any, ...]]:
        """The probability of every next piece, and the memory to pass to the next step."""
