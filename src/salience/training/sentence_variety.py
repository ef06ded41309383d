"""Small changes that make a corpus of tagged sentences more like what callers send."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from salience.data.conll import TaggedSentence


@dataclass(frozen=True)
class Variety:
    """How often each change is made, as probabilities of a sentence."""

    joined: float = 0.2
    lowercased: float = 0.06
    uppercased: float = 0.03
    longest_words: int = 90


def varied(
    sentences: Sequence[TaggedSentence], variety: Variety, generator: np.random.Generator
) -> Iterator[TaggedSentence]:
    """Sentences in order, some joined to the one before, some in one case throughout."""
    for sentence in _joined(sentences, variety, generator):
        chance = generator.random()
        if chance < variety.lowercased:
            yield TaggedSentence(tuple(word.lower() for word in sentence.words), sentence.tags)
        elif chance < variety.lowercased + variety.uppercased:
            yield TaggedSentence(tuple(word.upper() for word in sentence.words), sentence.tags)
        else:
            yield sentence


def _joined(
    sentences: Sequence[TaggedSentence], variety: Variety, generator: np.random.Generator
) -> Iterator[TaggedSentence]:
    held = sentences[0]
    for sentence in sentences[1:]:
        fits = len(held.words) + len(sentence.words) <= variety.longest_words
        if fits and generator.random() < variety.joined:
            held = TaggedSentence(held.words + sentence.words, held.tags + sentence.tags)
        else:
            yield held
            held = sentence
    yield held
