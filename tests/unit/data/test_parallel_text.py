import lzma
from pathlib import Path

from salience.data.parallel_text import SentencePair, read_pairs


def test_pairs_are_read_with_and_without_a_corpus_column(tmp_path: Path) -> None:
    named, plain = tmp_path / "train.tsv.xz", tmp_path / "test.tsv"
    named.write_bytes(lzma.compress(b"tatoeba\tHi.\tHallo.\n"))
    plain.write_text("Hi.\u2028\tHallo.\n", encoding="utf-8")

    assert list(read_pairs(named)) == [SentencePair("tatoeba", "Hi.", "Hallo.")]
    assert list(read_pairs(plain)) == [SentencePair("test.tsv", "Hi.\u2028", "Hallo.")]
