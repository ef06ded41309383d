"""Documents with the summaries that people wrote of them."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from salience.data.text_files import lines_of
from salience.errors import InvalidInput


class SummarizedDocument(NamedTuple):
    """A document and every summary of it, the main one first; there is at least one.

    `title` is empty where the corpus tells none.
    """

    document: str
    references: tuple[str, ...]
    title: str = ""

    @property
    def summary(self) -> str:
        """The main summary."""
        return self.references[0]


def read_summaries(file: Path, part: str) -> Iterator[SummarizedDocument]:
    """The documents of a file, `.xz` or plain; of an archive, those of `<part>.jsonl`."""
    yield from parse_summaries(lines_of(file, f"{part}.jsonl"))


def parse_summaries(lines: Iterable[str]) -> Iterator[SummarizedDocument]:
    """Documents out of JSON objects, one a line: document, summary, references, title.

    Without `references`, the summary is the only one.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _document(line, number)


def _document(line: str, number: int) -> SummarizedDocument:
    try:
        fields = json.loads(line)
        main, others = fields["summary"], fields.get("references", ())
        rest = (reference for reference in others if reference != main)
        return SummarizedDocument(fields["document"], (main, *rest), fields.get("title", ""))
    except (ValueError, KeyError, TypeError) as error:
        needed = "a JSON object with the keys document and summary is needed"
        raise InvalidInput(f"line {number}: {needed}") from error
