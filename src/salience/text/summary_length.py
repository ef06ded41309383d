"""How long a summary should be, and which sentences then make it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from salience.errors import InvalidInput


@dataclass(frozen=True)
class SummaryLength:
    """At most one of the three is given; without any, the model decides.

    `ratio` is a share of the text's words.
    """

    sentences: int | None = None
    words: int | None = None
    ratio: float | None = None

    def check(self) -> None:
        """Raise InvalidInput, naming the field, for a length that no summary can have."""
        for field, count in (("sentences", self.sentences), ("words", self.words)):
            if count is not None and count < 1:
                raise InvalidInput(f"{field} is {count}; the least is 1", field=field)
        if self.ratio is not None and not 0 < self.ratio <= 1:
            raise InvalidInput(
                f"ratio is {self.ratio:g}; it must be over 0 and at most 1", field="ratio"
            )

    def chosen(self, ranking: Sequence[int], num_words: Sequence[int]) -> list[int]:
        """Of the sentences that `ranking` names, best first, those that fit, in order.

        `num_words[i]` is the length of sentence i. There is one at least: the best.
        """
        if self.words is None and self.ratio is None:
            return sorted(ranking[: self.sentences or default_num_sentences(len(ranking))])
        budget = self.words or self._share_of(sum(num_words))
        return sorted(_within(budget, ranking, num_words) or ranking[:1])

    def _share_of(self, total: int) -> int:
        # The wire carries 0.7 in single precision, as a little less.
        return math.floor((self.ratio or 0) * total * (1 + 1e-6))


def default_num_sentences(num_sentences: int) -> int:
    """How many sentences to choose when nobody says: the root of a fifth of the text's.

    One of the seven of an abstract, three of the fifty of an article, ten of 500: what
    people who summarize such texts write.
    """
    return max(1, math.isqrt(num_sentences // 5))


def _within(budget: int, ranking: Sequence[int], num_words: Sequence[int]) -> list[int]:
    """The best sentences whose words are at most `budget` together."""
    fitting: list[int] = []
    for index in ranking:
        if num_words[index] <= budget:
            fitting.append(index)
            budget -= num_words[index]
    return fitting
