"""The sentences that every load asks about."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import TypeVar

REQUESTS = Path(__file__).parent / "requests"
Item = TypeVar("Item")


@dataclass(frozen=True)
class Sentence:
    """A text, of one sentence or more, and names that must be found in it."""

    text: str
    names: frozenset[str]


def read_sentences(task: str) -> list[Sentence]:
    """All of `translation`, `entities` or `summarization`, in the order of the file."""
    lines = (REQUESTS / f"{task}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [Sentence(row["text"], frozenset(row["names"])) for row in rows]


def endless_groups(items: Sequence[Item], size: int, *, seed: int) -> Iterator[list[Item]]:
    """Groups of items without end, in an order that the seed decides."""
    endless = cycle(random.Random(seed).sample(items, len(items)))
    while True:
        yield [next(endless) for _ in range(size)]
