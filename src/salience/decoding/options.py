"""How a decoder searches, as far as a caller may choose it."""

from dataclasses import dataclass

MAX_BEAM_SIZE = 8
MAX_LENGTH_PENALTY = 2.0


@dataclass(frozen=True)
class DecodingOptions:
    """A beam of one is greedy search.

    Hypotheses are ranked by log-probability over length to the power of
    `length_penalty`; at most `beam_size` of them can be had. `explain` asks where the best
    one looked.
    """

    beam_size: int = 1
    num_hypotheses: int = 1
    length_penalty: float = 1.0
    explain: bool = False
