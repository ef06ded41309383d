"""`python -m loadtests.alignment`: whether a translation looked where it must have looked.

The oracle: a number or a name that stands once in the source and once, letter by letter, in
the translation was copied. Found means that the largest of the weights, summed over the tokens
of the copy, falls on the original.
"""

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from salience.data.parallel_text import read_pairs
from salience.recipes.translation_en_de import TEST_SETS
from salience.tasks.loading import load_task
from salience.tasks.task import Task
from salience.tasks.translation_item import TranslationItem, TranslationOptions
from salience.v1.explanations_pb2 import Alignment, TextPiece
from salience.v1.translation_pb2 import Translation

WORD = re.compile(r"\w+")
EXPLAINED = TranslationOptions(explain=True)
BATCH = 32


class Place(NamedTuple):
    """A word, and where it stands in code points."""

    word: str
    start: int
    end: int

    def holds(self, piece: TextPiece) -> bool:
        """Whether a piece is a part of it."""
        return self.start <= piece.start < piece.end <= self.end


class Copied(NamedTuple):
    """A word that must have been copied, and whether its attention says so."""

    is_number: bool
    found: bool


def judged(text: str, translation: Translation) -> Iterator[Copied]:
    """What the oracle says of every copy in a translation."""
    originals = dict(_unique(text, names_after_first=True))
    copies = dict(_unique(translation.text, names_after_first=False))
    for word in originals.keys() & copies.keys():
        for alignment in translation.alignments:
            looked_at = most_looked_at(alignment, copies[word])
            if looked_at is not None:
                yield Copied(_is_number(word), originals[word].holds(looked_at))


def most_looked_at(alignment: Alignment, copy: Place) -> TextPiece | None:
    """The source piece with most of the weight of a word, if the word is in this sentence."""
    width = len(alignment.source)
    rows = [row for row, piece in enumerate(alignment.target) if copy.holds(piece)]
    if not rows:
        return None
    weights = alignment.weights
    totals = [sum(weights[row * width + column] for row in rows) for column in range(width)]
    return alignment.source[max(range(width), key=totals.__getitem__)]


def measured(task: Task[TranslationItem, Translation], texts: Sequence[str]) -> Iterator[Copied]:
    """The copies in the translations of all texts; what cannot be translated has none."""
    for start in range(0, len(texts), BATCH):
        some = texts[start : start + BATCH]
        answers = task.answer([TranslationItem(text, EXPLAINED) for text in some])
        for text, answer in zip(some, answers, strict=True):
            if isinstance(answer, Translation):
                yield from judged(text, answer)


def add_rows(table: Table, name: str, copies: Iterable[Copied]) -> None:
    """Numbers, names, and both."""
    counts = Counter(copies)
    for kind, wanted in (("numbers", {True}), ("names", {False}), ("both", {True, False})):
        of_kind = {copy: count for copy, count in counts.items() if copy.is_number in wanted}
        words, found = sum(of_kind.values()), sum(n for copy, n in of_kind.items() if copy.found)
        table.add_row(name, kind, str(words), f"{100 * found / words:.1f} %" if words else "")


def _unique(text: str, *, names_after_first: bool) -> Iterator[tuple[str, Place]]:
    """Numbers and capitalized words that stand once; a first word is capitalized anyway."""
    places = [Place(match.group(), match.start(), match.end()) for match in WORD.finditer(text)]
    counts = Counter(place.word for place in places)
    for number, place in enumerate(places):
        is_name = place.word[0].isupper() and (number > 0 or not names_after_first)
        if counts[place.word] == 1 and (is_name or _is_number(place.word)):
            yield place.word, place


def _is_number(word: str) -> bool:
    return word[0].isdigit()


def main() -> None:
    """Translate the model's test sets and print the table."""
    parser = argparse.ArgumentParser(prog="alignment", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the corpora")
    parser.add_argument("--model", type=Path, default=Path("model_store/translation-en-de"))
    parser.add_argument("--engine", help="by default the model's own")
    parser.add_argument("--limit", type=int, default=1_000, help="sentences of each test set")
    options = parser.parse_args()
    task = load_task(options.model, engine=options.engine, threads=1)
    table = Table("test set", "copied words", "number", "found", box=None)
    for tested in TEST_SETS:
        pairs = list(read_pairs(options.data / tested.file))
        texts = [pair.source for pair in pairs[:: max(1, len(pairs) // options.limit)]]
        add_rows(table, tested.name, measured(task, texts[: options.limit]))
    console = Console(width=100)
    console.print(f"{task.model.name} on {task.model.engine}")
    console.print(table)


if __name__ == "__main__":
    main()
