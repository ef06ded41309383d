import io
import tarfile
from pathlib import Path

import pytest

from salience.data.conll import TaggedSentence, parse_conll, read_conll
from salience.errors import InvalidInput

LINES = "In\tO\nNew\tB-LOC\nYork\tI-LOC\n\n\nHi\tO\n"
SENTENCES = [
    TaggedSentence(("In", "New", "York"), ("O", "B-LOC", "I-LOC")),
    TaggedSentence(("Hi",), ("O",)),
]


def test_empty_lines_part_sentences() -> None:
    assert list(parse_conll(io.StringIO(LINES))) == SENTENCES


def test_of_many_columns_the_first_is_the_word_and_the_last_its_tag() -> None:
    lines = ["-DOCSTART- -X- O\n", "# sent_id = 1\n", "EU NNP B-ORG\n", "#\tNN\tO\n"]

    assert list(parse_conll(lines)) == [TaggedSentence(("EU", "#"), ("B-ORG", "O"))]


@pytest.mark.parametrize("line", ["word\n", "word\tPER\n", "word\t\n"])
def test_a_line_without_a_tag_is_named(line: str) -> None:
    with pytest.raises(InvalidInput, match=r"line 2: .* is no IOB2 tag"):
        list(parse_conll(["Hi\tO\n", line]))


def test_a_part_is_read_out_of_the_archive_of_its_corpus(tmp_path: Path) -> None:
    file = tmp_path / "train.conll"
    file.write_text(LINES, encoding="utf-8")
    with tarfile.open(tmp_path / "corpus.tar.xz", "w:xz") as archive:
        archive.add(file, "corpus/train.conll")

    assert list(read_conll(tmp_path / "corpus.tar.xz", "train")) == SENTENCES
