"""Text as the pieces of any Hugging Face tokenizer, each with its place in the text."""

import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from tokenizers import Encoding, Tokenizer

from salience.errors import Unsupported
from salience.text.word_pieces import PiecesOfText


class TokenizerPieces:
    """Splits texts with a `tokenizer.json`: word pieces, byte pairs or unigrams.

    A word ends where the tokenizer says, at white space, and at punctuation.
    """

    def __init__(self, tokenizer_file: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(tokenizer_file))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.start, self.end = self._special_ends()

    def split(self, texts: Sequence[str]) -> list[PiecesOfText]:
        """The pieces of each text, however long it is."""
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [_pieces(text, each) for text, each in zip(texts, encodings, strict=True)]

    def _special_ends(self) -> tuple[int, int]:
        ends = self._tokenizer.encode("").ids
        if len(ends) != 2:
            raise Unsupported("the tokenizer does not put one special token before and after")
        return ends[0], ends[1]


def _pieces(text: str, encoding: Encoding) -> PiecesOfText:
    spans = [_without_space(text, start, end) for start, end in encoding.offsets]
    places = np.array(spans, dtype=np.int64).reshape(-1, 2)
    return PiecesOfText(
        np.array(encoding.ids, dtype=np.int64),
        places[:, 0],
        places[:, 1],
        np.array(list(_words(text, spans, encoding.word_ids)), dtype=np.int64),
    )


def _without_space(text: str, start: int, end: int) -> tuple[int, int]:
    """Some tokenizers count the space before a word as a part of it."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _words(
    text: str, spans: Sequence[tuple[int, int]], words: Sequence[int | None]
) -> Iterator[int]:
    count = -1
    for index, (start, _) in enumerate(spans):
        before = spans[index - 1] if index else (0, 0)
        is_new = words[index] != words[index - 1] or _parted(text, before, start)
        count += not index or is_new
        yield count


def _parted(text: str, before: tuple[int, int], start: int) -> bool:
    """Whether the piece at `start` and the one before it are of two words.

    A piece without text of its own belongs to the word after it.
    """
    if before[0] == before[1]:
        return False
    around = text[before[1] - 1] + text[start : start + 1]
    return start > before[1] or any(unicodedata.category(each)[0] in "PS" for each in around)
