"""The sentences that every load asks about."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

REQUESTS = Path(__file__).parent / "requests"


@dataclass(frozen=True)
class Sentence:
    """A text, and names that must be found in it."""

    text: str
    names: frozenset[str]


def read_sentences(task: str) -> list[Sentence]:
    """All sentences for `translation` or `entities`, in the order of the file."""
    lines = (REQUESTS / f"{task}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [Sentence(row["text"], frozenset(row["names"])) for row in rows]


def endless_groups(task: str, size: int, *, seed: int) -> Iterator[list[Sentence]]:
    """Groups of sentences without end, in an order that the seed decides."""
    sentences = read_sentences(task)
    random.Random(seed).shuffle(sentences)
    endless = cycle(sentences)
    while True:
        yield [next(endless) for _ in range(size)]
