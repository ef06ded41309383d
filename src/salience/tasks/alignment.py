"""Where a translation looked: spans and weights, and the messages made of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from salience.text.offsets import byte_offsets
from salience.text.spans import Span
from salience.v1.explanations_pb2 import Alignment, TextPiece


@dataclass(frozen=True)
class AlignedSpans:
    """A sentence and its translation by tokens; `weights` has a row for each of the target."""

    source: Sequence[Span]
    target: Sequence[Span]
    weights: Sequence[Sequence[float]]

    def written_at(self, place: int) -> "AlignedSpans":
        """The same for a translation that stands so many code points into its text."""
        return replace(self, target=[span.shifted(place) for span in self.target])

    def message(self, sources: "TextPieces", targets: "TextPieces") -> Alignment:
        """In the terms of the two texts."""
        return Alignment(
            source=sources.of(self.source),
            target=targets.of(self.target),
            weights=(weight for row in self.weights for weight in row),
        )


class TextPieces:
    """Makes pieces of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._bytes = byte_offsets(text)

    def of(self, spans: Iterable[Span]) -> list[TextPiece]:
        """A piece for each span."""
        return [
            TextPiece(
                text=self._text[start:end],
                start=start,
                end=end,
                start_byte=self._bytes[start],
                end_byte=self._bytes[end],
            )
            for start, end in spans
        ]
