import io
import tarfile
from pathlib import Path

from salience.data.conll import TaggedSentence, parse_conll, read_conll

LINES = "In\tO\nNew\tB-LOC\nYork\tI-LOC\n\n\nHi\tO\n"
SENTENCES = [
    TaggedSentence(("In", "New", "York"), ("O", "B-LOC", "I-LOC")),
    TaggedSentence(("Hi",), ("O",)),
]


def test_empty_lines_part_sentences() -> None:
    assert list(parse_conll(io.StringIO(LINES))) == SENTENCES


def test_a_tab_in_a_word_is_part_of_the_word() -> None:
    assert list(parse_conll(["a\tb\tO\n"])) == [TaggedSentence(("a\tb",), ("O",))]


def test_a_part_is_read_out_of_the_archive_of_its_corpus(tmp_path: Path) -> None:
    file = tmp_path / "train.conll"
    file.write_text(LINES, encoding="utf-8")
    with tarfile.open(tmp_path / "corpus.tar.xz", "w:xz") as archive:
        archive.add(file, "corpus/train.conll")

    assert list(read_conll(tmp_path / "corpus.tar.xz", "train")) == SENTENCES
