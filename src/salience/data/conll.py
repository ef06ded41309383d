"""Sentences whose words are tagged in IOB2, one word a line, in the way of CoNLL."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from salience.data.text_files import lines_of
from salience.errors import InvalidInput


class TaggedSentence(NamedTuple):
    """Words and their tags: `B-PER` begins a person, `I-PER` goes on, `O` is no name."""

    words: tuple[str, ...]
    tags: tuple[str, ...]


def read_conll(file: Path, part: str) -> Iterator[TaggedSentence]:
    """The sentences of a file, `.xz` or plain; of an archive, those of `<part>.conll`."""
    yield from parse_conll(lines_of(file, f"{part}.conll"))


def parse_conll(lines: Iterable[str]) -> Iterator[TaggedSentence]:
    """Sentences out of lines whose first column is a word and whose last is its tag.

    Tabs divide the columns, or white space where there is no tab. An empty line ends a
    sentence; comments (`# …`) and `-DOCSTART-` are left out.
    """
    rows: list[tuple[str, str]] = []
    for number, line in enumerate(lines, start=1):
        columns = _columns(line)
        if columns:
            rows.append((columns[0], _tag(columns, number)))
        elif rows and not line.strip():
            yield _sentence(rows)
            rows = []
    if rows:
        yield _sentence(rows)


def _columns(line: str) -> list[str]:
    if "\t" in line:
        return line.rstrip("\r\n").split("\t")
    return [] if line.startswith(("# ", "-DOCSTART-")) else line.split()


def _tag(columns: list[str], number: int) -> str:
    tag = columns[-1]
    if len(columns) < 2 or not (tag == "O" or tag[:2] in ("B-", "I-")):
        raise InvalidInput(f"line {number}: {tag!r} is no IOB2 tag, such as O, B-PER or I-PER")
    return tag


def _sentence(rows: list[tuple[str, str]]) -> TaggedSentence:
    words, tags = zip(*rows, strict=True)
    return TaggedSentence(words, tags)
