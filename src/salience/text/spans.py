"""Places of tokens in a text, as a reader would mark them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Span(NamedTuple):
    """From the first code point to the one after the last."""

    start: int
    end: int

    def shifted(self, places: int) -> "Span":
        """The same in a text that has so many code points before."""
        return Span(self.start + places, self.end + places)


def marked_spans(text: str, spans: Sequence[tuple[int, int]]) -> list[Span]:
    """The spans of tokens in order, without the white space before each.

    A tokenizer that writes one character as several tokens gives its place to the last of
    them; here they share it.
    """
    return list(reversed(list(_shared(text, spans))))


def _shared(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[Span]:
    following = Span(len(text), len(text))
    for start, end in reversed(spans):
        if start < end:
            space = end - start - len(text[start:end].lstrip())
            following = Span(start + space, end) if start + space < end else Span(start, end)
        yield following
