"""What every score function is."""

from collections.abc import Callable

from jaxtyping import Float
from torch import Tensor

ScoreFunction = Callable[
    [
        Float[Tensor, "*batch query_len query_width"],
        Float[Tensor, "*batch key_len key_width"],
    ],
    Float[Tensor, "*batch query_len key_len"],
]
"""Compares every query with every key; a larger number means a better match."""
