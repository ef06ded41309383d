"""How translations are searched for and explained."""

from typing import TypedDict


class SearchOptions(TypedDict, total=False):
    """What is left out, is 0 or None, the model decides.

    `beam_size` is from 1 to 8, `num_alternatives` below it, `length_penalty` from 0 to 2;
    `explain` asks where the model looked.
    """

    beam_size: int
    num_alternatives: int
    length_penalty: float | None
    explain: bool
