"""Small changes that make a corpus of tagged sentences more like what callers send."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from salience.data.conll import TaggedSentence
from salience.data.iob2 import OUTSIDE, names

PICTURES = ("😀", "😂", "🙏", "🎉", "❤️", "👍🏽", "👩‍👩‍👧‍👦", "🇺🇳", "→", "★", "™", "•")
"""What an uncased vocabulary does not know and must not take for a foreign name."""


@dataclass(frozen=True)
class Variety:
    """How often each change is made, as probabilities of a sentence."""

    joined: float = 0.2
    renamed: float = 0.15
    pictured: float = 0.04
    lowercased: float = 0.06
    uppercased: float = 0.03
    longest_words: int = 90


class SentenceVariety:
    """Makes another version of a corpus every time it is asked."""

    def __init__(self, sentences: Sequence[TaggedSentence], variety: Variety) -> None:
        self._sentences = sentences
        self._variety = variety
        self._names = _names_by_label(sentences)

    def version(self, generator: np.random.Generator) -> Iterator[TaggedSentence]:
        """The sentences in order; some are joined to the one before them."""
        for sentence in self._joined(generator):
            changed = sentence
            if generator.random() < self._variety.renamed:
                changed = self._renamed(changed, generator)
            if generator.random() < self._variety.pictured:
                changed = _with_picture(changed, generator)
            yield self._recased(changed, generator)

    def _joined(self, generator: np.random.Generator) -> Iterator[TaggedSentence]:
        held = self._sentences[0]
        for sentence in self._sentences[1:]:
            fits = len(held.words) + len(sentence.words) <= self._variety.longest_words
            if fits and generator.random() < self._variety.joined:
                held = TaggedSentence(held.words + sentence.words, held.tags + sentence.tags)
            else:
                yield held
                held = sentence
        yield held

    def _renamed(self, sentence: TaggedSentence, generator: np.random.Generator) -> TaggedSentence:
        """Every name becomes another of its kind that the corpus has."""
        words, tags, done = [], [], 0
        for label, start, end in names(sentence.tags):
            known = self._names[label]
            name = known[generator.integers(len(known))]
            words += [*sentence.words[done:start], *name]
            tags += [*sentence.tags[done:start], f"B-{label}", *[f"I-{label}"] * (len(name) - 1)]
            done = end
        rest = slice(done, None)
        return TaggedSentence((*words, *sentence.words[rest]), (*tags, *sentence.tags[rest]))

    def _recased(self, sentence: TaggedSentence, generator: np.random.Generator) -> TaggedSentence:
        chance = generator.random()
        if chance < self._variety.lowercased:
            return TaggedSentence(tuple(word.lower() for word in sentence.words), sentence.tags)
        if chance < self._variety.lowercased + self._variety.uppercased:
            return TaggedSentence(tuple(word.upper() for word in sentence.words), sentence.tags)
        return sentence


def _names_by_label(sentences: Sequence[TaggedSentence]) -> dict[str, list[tuple[str, ...]]]:
    found = defaultdict(list)
    for sentence in sentences:
        for label, start, end in names(sentence.tags):
            found[label].append(sentence.words[start:end])
    return found


def _with_picture(sentence: TaggedSentence, generator: np.random.Generator) -> TaggedSentence:
    """A picture after a name where there is one, else anywhere."""
    ends = [end for _, _, end in names(sentence.tags)] or range(len(sentence.words) + 1)
    place = int(generator.choice(ends))
    picture = PICTURES[generator.integers(len(PICTURES))]
    words, tags = sentence
    return TaggedSentence(
        (*words[:place], picture, *words[place:]), (*tags[:place], OUTSIDE, *tags[place:])
    )
