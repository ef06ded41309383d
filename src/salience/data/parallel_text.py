"""Sentence pairs, as tab-separated UTF-8, `.xz` or plain."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from salience.data.text_files import lines_of
from salience.errors import InvalidInput


class SentencePair(NamedTuple):
    """One sentence in two languages, and the corpus it came from."""

    corpus: str
    source: str
    target: str


def read_pairs(path: Path) -> Iterator[SentencePair]:
    """Pairs of a file with the columns corpus, source, target; or only the last two."""
    for number, line in enumerate(lines_of(path), start=1):
        columns = line.rstrip("\n").split("\t")
        if len(columns) < 2:
            raise InvalidInput(f"{path.name}, line {number}: two columns are needed, with a tab")
        source, target = columns[-2:]
        yield SentencePair(columns[0] if len(columns) > 2 else path.name, source, target)


def turned_round(pair: SentencePair) -> SentencePair:
    """The pair in the other direction."""
    return SentencePair(pair.corpus, pair.target, pair.source)
