"""What a line of text may look like, applied while it is being written."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import torch
from jaxtyping import Float
from torch import Tensor

from salience.decoding.allowed_words import AllowedWords, Lexicon
from salience.decoding.options import DecodingOptions

_LIKELY = 48
"""Of the pieces only this many are looked at, and no more kept than a beam can use."""
_LEAST = -20.0
_UNKNOWN = "[UNK]"
"""A picture or a letter that the vocabulary lacks: nobody knows which, so none is copied."""


@dataclass(frozen=True)
class LineSettings:
    """How lines are written; lengths are in pieces, `end` is the piece that ends one.

    A line about a short text need not be longer than a quarter of it. No phrase of
    `blocked_repeat` pieces comes twice. `faithful` keeps to ordinary words and the text's.
    """

    options: DecodingOptions
    end: int
    max_length: int
    min_length: int
    blocked_repeat: int
    faithful: bool = True


class LineRules:
    """The rules for a line about one text; `max_words` of 0 is no limit."""

    def __init__(
        self, lexicon: Lexicon, settings: LineSettings, text: Sequence[int], max_words: int
    ) -> None:
        self._lexicon = lexicon
        self._settings = settings
        self._max_words = max_words
        self._words = AllowedWords(lexicon, text)
        self._min_length = 0 if max_words else min(settings.min_length, len(text) // 4)

    def applied(
        self, scores: Float[Tensor, " vocabulary"], written: Sequence[int]
    ) -> Float[Tensor, " vocabulary"]:
        """The scores of the next piece, minus infinity for what may not come.

        Where nothing may come, the line ends.
        """
        likely = scores.topk(min(_LIKELY, len(scores))).indices.tolist()
        words, repeated = self._lexicon.words(written), self._repeated(written)
        allowed = (
            token
            for token in likely
            if token not in repeated and self._allows(token, len(written), words)
        )
        kept = list(islice(allowed, 2 * self._settings.options.beam_size))
        ruled = torch.full_like(scores, -torch.inf)
        ruled[kept] = scores[kept]
        if not kept:
            ruled[self._settings.end] = scores[self._settings.end].clamp(min=_LEAST)
        return ruled

    def _allows(self, token: int, length: int, words: Sequence[str]) -> bool:
        if token == self._settings.end:
            return length >= self._min_length and self._may_stop(words)
        piece = self._lexicon.pieces[token]
        if piece == _UNKNOWN or self._is_over(words, piece):
            return False
        return not self._settings.faithful or self._words.allows(words, piece)

    def _may_stop(self, words: Sequence[str]) -> bool:
        return not self._settings.faithful or self._words.is_complete(words)

    def _is_over(self, words: Sequence[str], piece: str) -> bool:
        """Words are counted by their first letters or digits; `state-of-the-art` is four."""
        if not self._max_words or piece.startswith("##"):
            return False
        return sum(word[:1].isalnum() for word in words) >= self._max_words

    def _repeated(self, written: Sequence[int]) -> set[int]:
        """The pieces that would complete a phrase for the second time."""
        size = self._settings.blocked_repeat
        if not size or len(written) < size:
            return set()
        context = list(written[len(written) - size + 1 :])
        return {
            written[start + size - 1]
            for start in range(len(written) - size + 1)
            if list(written[start : start + size - 1]) == context
        }
