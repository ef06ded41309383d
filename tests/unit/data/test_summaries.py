import json
import tarfile
from pathlib import Path

import pytest

from salience.data.summaries import parse_summaries, read_summaries
from salience.errors import InvalidInput


def test_the_main_summary_comes_first_and_only_once() -> None:
    line = json.dumps({"document": "d", "summary": "b", "references": ["a", "b", "c"]})

    [document] = parse_summaries([line])

    assert document.references == ("b", "a", "c")
    assert document.summary == "b"


def test_a_summary_alone_is_the_only_reference() -> None:
    [document] = parse_summaries(['{"document": "d", "summary": "s", "title": "t"}'])

    assert document == ("d", ("s",), "t")


def test_a_part_is_read_out_of_the_archive_of_its_corpus(tmp_path: Path) -> None:
    (tmp_path / "dev.jsonl").write_text('{"document": "Zo\u00eb\u2028\u0085.", "summary": "s"}\n')
    with tarfile.open(tmp_path / "corpus.tar.xz", "w:xz") as archive:
        archive.add(tmp_path / "dev.jsonl", "corpus/dev.jsonl")

    [document] = read_summaries(tmp_path / "corpus.tar.xz", "dev")

    assert document.document == "Zo\u00eb\u2028\u0085."


@pytest.mark.parametrize("line", ["{", "[]", '{"document": "d"}'])
def test_a_line_that_is_no_document_is_named(line: str) -> None:
    with pytest.raises(InvalidInput, match="line 2"):
        list(parse_summaries(['{"document": "d", "summary": "s"}', line]))
