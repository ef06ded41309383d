"""Sentence pairs, as tab-separated UTF-8, `.xz` or plain."""

import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class SentencePair(NamedTuple):
    """One sentence in two languages, and the corpus it came from."""

    corpus: str
    source: str
    target: str


def read_pairs(path: Path) -> Iterator[SentencePair]:
    """Pairs of a file with the columns corpus, source, target; or only the last two."""
    opened = lzma.open if path.suffix == ".xz" else open
    with opened(path, "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            columns = line.rstrip("\n").split("\t")
            source, target = columns[-2:]
            yield SentencePair(columns[0] if len(columns) > 2 else path.name, source, target)
