"""What a network that translates offers, however it is made."""

from abc import ABC, abstractmethod
from typing import Any, Protocol, runtime_checkable

from jaxtyping import Float, Int
from torch import Tensor, nn

Encoded = Any
"""A batch of sources as the network keeps them; `rows(index)` picks some of them."""
Memory = Any
"""What a decoder carries from one step to the next."""


class TranslationNetwork(nn.Module, ABC):
    """Reads source subwords and scores target subwords.

    Training calls the module with whole targets. Decoding calls `encode` once and
    `step` for each position, passing back the memory that the step returned. `size` is the
    dataclass that the network was made from; its `max_len` counts tokens.
    """

    size: Any

    @abstractmethod
    def forward(
        self,
        source: Int[Tensor, "batch source_len"],
        source_lengths: Int[Tensor, " batch"],
        target: Int[Tensor, "batch target_len"],
    ) -> Float[Tensor, "batch target_len width"]:
        """The decoder's state at each target position; `logits` turns it into scores."""

    @abstractmethod
    def logits(self, hidden: Float[Tensor, "*batch width"]) -> Float[Tensor, "*batch vocabulary"]:
        """Scores over the vocabulary."""

    @abstractmethod
    def encode(
        self, source: Int[Tensor, "batch source_len"], lengths: Int[Tensor, " batch"]
    ) -> Encoded:
        """Read the source once."""

    @abstractmethod
    def step(
        self, newest: Int[Tensor, "batch 1"], encoded: Encoded, past: Memory | None
    ) -> tuple[Float[Tensor, "batch vocabulary"], Memory]:
        """Scores of the next subword, and the memory to pass to the next step."""

    @abstractmethod
    def continued(self, past: Memory, rows: Int[Tensor, " rows"]) -> Memory:
        """The memory with each row going on from another one."""


@runtime_checkable
class AligningNetwork(Protocol):
    """A network that looks at its source while it writes, and can tell where."""

    def alignment(
        self,
        source: Int[Tensor, "batch source_len"],
        source_lengths: Int[Tensor, " batch"],
        target: Int[Tensor, "batch target_len"],
    ) -> Float[Tensor, "batch target_len source_len"]:
        """How much it looks at each source position when it has read a target so far."""
