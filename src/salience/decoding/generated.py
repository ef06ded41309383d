"""What a decoder hands back."""

from typing import NamedTuple


class Generated(NamedTuple):
    """One output sequence, START and END left out.

    `score` is the mean log-probability per token. `finished` is False when the longest
    allowed length came before the END.
    """

    tokens: list[int]
    score: float
    finished: bool
