"""Text as the word pieces of an uncased vocabulary, each with its place and its case."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from salience.text.letter_case import letter_case

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class PiecesOfText:
    """The pieces of one text, without special tokens.

    `tokens[i]` is the piece's id plus the vocabulary's size times its case class; it was
    read from `text[starts[i]:ends[i]]`. `words[i]` counts the words, which end at white
    space and at punctuation.
    """

    tokens: Integers
    starts: Integers
    ends: Integers
    words: Integers

    @property
    def first_of_words(self) -> Integers:
        """The index of each word's first piece."""
        return np.flatnonzero(np.diff(self.words, prepend=-1))


class WordPieces:
    """Splits texts with a Hugging Face `tokenizer.json`."""

    def __init__(self, tokenizer_file: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(tokenizer_file))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.start = self._id_of("[CLS]")
        self.end = self._id_of("[SEP]")

    def __len__(self) -> int:
        return int(self._tokenizer.get_vocab_size())

    @property
    def pieces(self) -> list[str]:
        """Every piece by its id; one that goes on in a word begins with `##`."""
        names = sorted(self._tokenizer.get_vocab().items(), key=lambda entry: entry[1])
        return [name for name, _ in names]

    def split(self, texts: Sequence[str]) -> list[PiecesOfText]:
        """The pieces of each text, however long it is."""
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [
            self._pieces(text, encoding) for text, encoding in zip(texts, encodings, strict=True)
        ]

    def _pieces(self, text: str, encoding: Encoding) -> PiecesOfText:
        spans = encoding.offsets
        cases = np.array([letter_case(text[start:end]) for start, end in spans], dtype=np.int64)
        places = np.array(spans, dtype=np.int64).reshape(-1, 2)
        return PiecesOfText(
            np.array(encoding.ids, dtype=np.int64) + len(self) * cases,
            places[:, 0],
            places[:, 1],
            np.array(encoding.word_ids, dtype=np.int64),
        )

    def _id_of(self, token: str) -> int:
        number = self._tokenizer.token_to_id(token)
        assert number is not None, token
        return int(number)


def words_at(words: Sequence[str], starts: Integers) -> Integers:
    """Which of the words, joined by single spaces, each character offset falls into."""
    ends = np.cumsum([len(word) + 1 for word in words])
    return np.searchsorted(ends, starts, side="right").astype(np.int64)
