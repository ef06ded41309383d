"""How long summaries should be."""

from typing import TypedDict


class LengthOptions(TypedDict, total=False):
    """At most one may be given; without any, or None, the model decides.

    `sentences` and `words` are at most so many; `ratio` is a share of the text's words.
    """

    sentences: int | None
    words: int | None
    ratio: float | None
