"""Sentences whose words are tagged in IOB2, one word a line, in the way of CoNLL."""

import io
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple


class TaggedSentence(NamedTuple):
    """Words and their tags: `B-PER` begins a person, `I-PER` goes on, `O` is no name."""

    words: tuple[str, ...]
    tags: tuple[str, ...]


def read_conll(archive: Path, part: str) -> Iterator[TaggedSentence]:
    """The sentences of `<corpus>/<part>.conll` in `<corpus>.tar.xz`."""
    corpus = archive.name.removesuffix(".tar.xz")
    with tarfile.open(archive) as files:
        member = files.extractfile(f"{corpus}/{part}.conll")
        assert member is not None, f"{archive} has no file for {part}"
        yield from parse_conll(io.TextIOWrapper(member, encoding="utf-8", newline="\n"))


def parse_conll(lines: Iterable[str]) -> Iterator[TaggedSentence]:
    """Sentences out of lines of word, tab, tag; an empty line ends a sentence."""
    rows: list[tuple[str, str]] = []
    for line in lines:
        word, _, tag = line.rstrip("\n").rpartition("\t")
        if tag:
            rows.append((word, tag))
        elif rows:
            yield _sentence(rows)
            rows = []
    if rows:
        yield _sentence(rows)


def _sentence(rows: list[tuple[str, str]]) -> TaggedSentence:
    words, tags = zip(*rows, strict=True)
    return TaggedSentence(words, tags)
