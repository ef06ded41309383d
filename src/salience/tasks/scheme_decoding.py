"""The names that the likeliest tags spell, whatever the scheme of the tags is."""

from collections.abc import Sequence

from salience.data.tag_schemes import names_of, read_tags
from salience.tasks.tag_decoding import LogProbabilities, Span, lowest_probability


class SchemeDecoder:
    """Implements SpanDecoder for tags that were not trained here.

    Each unit gets its own best tag: which sequences are valid depends on how the network
    was trained, and nothing in a checkpoint tells.
    """

    def __init__(self, tags: Sequence[str]) -> None:
        self.tags = list(tags)
        self._read = read_tags(tags)

    @property
    def labels(self) -> list[str]:
        """What names may be labelled with."""
        return list(dict.fromkeys(tag.label for tag in self._read if tag.label))

    def best_tags(self, log_probabilities: LogProbabilities) -> list[int]:
        """The number of each unit's tag."""
        return log_probabilities.argmax(axis=1).tolist()  # type: ignore[no-any-return]

    def spans(self, log_probabilities: LogProbabilities) -> list[Span]:
        """The names, in order; they do not overlap."""
        chosen = self.best_tags(log_probabilities)
        return [
            Span(label, start, end, lowest_probability(log_probabilities, chosen, start, end))
            for label, start, end in names_of([self._read[tag] for tag in chosen])
        ]
