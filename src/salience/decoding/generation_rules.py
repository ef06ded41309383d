"""What a network that writes text was made to keep to."""

from dataclasses import dataclass

from salience.decoding.output_length import max_output_length


@dataclass(frozen=True)
class GenerationRules:
    """All numbers are tokens.

    Every output begins with `start`, which is the decoder's first token and those that it
    was made to write next, such as the one of a language; they are not part of the output.
    `follows_source` bounds an output by its source, as translations are.
    """

    start: tuple[int, ...]
    end: int
    max_length: int
    min_length: int = 0
    blocked_repeat: int = 0
    """No run of this many tokens is written twice; 0 allows it."""
    follows_source: bool = False
    forbidden: tuple[int, ...] = ()
    """Tokens that are never written."""

    def longest(self, source_length: int) -> int:
        """The most tokens to write, the END included and `start` not."""
        if self.follows_source:
            return max_output_length(source_length, self.max_length)
        return self.max_length

    def shortest(self, source_length: int) -> int:
        """The fewest tokens to write: never more than were read."""
        return min(self.min_length, source_length)
