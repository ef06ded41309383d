"""Texts of mixed lengths, in an order that the seed decides."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from loadtests.bench.questions import Task, task_named
from loadtests.sentences import Sentence, read_sentences

SENTENCES = {"short": (1, 1), "medium": (3, 6), "long": (12, 24)}
"""The fewest and the most sentences of a text."""
MIX = {"short": 0.8, "medium": 0.17, "long": 0.03}
"""The shares of the lengths in a mixed load."""
MIXED = "mixed"
LENGTHS = (*SENTENCES, MIXED)


def text_of(length: str, sentences: Sequence[Sentence], chance: random.Random) -> Sentence:
    """A text of that length; names are known to be found only in a sentence of its own."""
    chosen = chance.choices(sentences, k=chance.randint(*SENTENCES[length]))
    if len(chosen) == 1:
        return chosen[0]
    return Sentence(" ".join(one.text for one in chosen), frozenset())


def mixed_texts(sentences: Sequence[Sentence], *, seed: int) -> Iterator[Sentence]:
    """Texts without end: most are short, some are long, as in MIX."""
    chance = random.Random(seed)
    while True:
        [length] = chance.choices(list(MIX), weights=list(MIX.values()))
        yield text_of(length, sentences, chance)


def texts_of(length: str, task: str, *, count: int = 64) -> list[str]:
    """Some texts of that length, or MIXED, always the same, of the sentences of a task."""
    chance, sentences = random.Random(1), read_sentences(task)
    if length == MIXED:
        return [one.text for one in islice(mixed_texts(sentences, seed=1), count)]
    return [text_of(length, sentences, chance).text for _ in range(count)]


def task_of_length(name: str, length: str | None) -> Task:
    """The task, asked about texts of that length; pictures are as they are."""
    task = task_named(name)
    if not length or name == "image_classification":
        return task
    texts = texts_of(length, name)
    return replace(task, items=lambda: texts)
