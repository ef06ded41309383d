"""The subwords of a Hugging Face checkpoint, in whichever of two forms it stores them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Protocol

import sentencepiece
from tokenizers import Tokenizer

from salience.text.spans import Span, marked_spans


class SubwordFile(Protocol):
    """Splits text into ids and joins ids into text; special tokens are left out of both."""

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of each text."""

    def decode(self, ids: Sequence[Sequence[int]]) -> list[str]:
        """The text of each row of ids."""

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Where each token stands in the text, in code points."""


@dataclass(frozen=True)
class CheckpointSubwords:
    """Like Subwords, with the special tokens that the network wants around a source."""

    file: SubwordFile
    before: tuple[int, ...]
    after: tuple[int, ...]

    @classmethod
    def of(
        cls, folder: Path, *, before: Sequence[int], after: Sequence[int]
    ) -> "CheckpointSubwords":
        """Those in a model's folder."""
        file = TokenizerFile if (folder / "tokenizer.json").exists() else SentencePieceFiles
        return cls(file(folder), tuple(before), tuple(after))

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of each text, without special tokens."""
        return self.file.encode(texts)

    def decode(self, ids: Sequence[Sequence[int]]) -> list[str]:
        """The text of each row of ids."""
        return self.file.decode(ids)

    def framed(self, tokens: Sequence[int]) -> list[int]:
        """A whole source, as the network was trained to read it."""
        return [*self.before, *tokens, *self.after]

    def source_spans(self, text: str) -> list[Span]:
        """Where each token of a whole source stands; the special ones stand before and behind."""
        before, after = [(0, 0)] * len(self.before), [(len(text), len(text))] * len(self.after)
        return marked_spans(text, [*before, *self.file.offsets(text), *after])

    def written_spans(self, ids: Sequence[int]) -> list[Span]:
        """Where each of the ids stands in the text that they decode to."""
        whole, *beginnings = self.decode([ids, *(ids[:end] for end in range(1, len(ids) + 1))])
        # A beginning may end within a character, or lack what only a following word brings.
        ends = [_num_in_common(whole, one) for one in beginnings]
        return marked_spans(whole, list(pairwise([0, *accumulate(ends, max)])))


def _num_in_common(one: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


class TokenizerFile:
    """Implements SubwordFile with a `tokenizer.json`."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of each text."""
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [encoding.ids for encoding in encodings]

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Where each token stands in the text."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        return encoding.offsets

    def decode(self, ids: Sequence[Sequence[int]]) -> list[str]:
        """The text of each row of ids."""
        return [text.strip() for text in self._tokenizer.decode_batch([list(row) for row in ids])]


class SentencePieceFiles:
    """Implements SubwordFile as Marian and M2M100 do: pieces, and a vocabulary of their ids."""

    def __init__(self, folder: Path) -> None:
        shared = folder / "sentencepiece.bpe.model"
        source, target = (
            (shared, shared) if shared.exists() else (folder / "source.spm", folder / "target.spm")
        )
        self._source = sentencepiece.SentencePieceProcessor(model_proto=source.read_bytes())
        self._target = sentencepiece.SentencePieceProcessor(model_proto=target.read_bytes())
        self._ids: dict[str, int] = json.loads((folder / "vocab.json").read_text())
        self._pieces = {number: piece for piece, number in self._ids.items()}
        self._unknown = self._ids["<unk>"]

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of each text."""
        return [
            [self._ids.get(piece, self._unknown) for piece in pieces]
            for pieces in self._source.encode(list(texts), out_type=str)
        ]

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Where each token stands in the text."""
        (found,) = self._source.encode([text], return_type="offset_mapping")
        return found["offsets"]  # type: ignore[no-any-return]

    def decode(self, ids: Sequence[Sequence[int]]) -> list[str]:
        """The text of each row of ids."""
        rows = [[self._pieces[number] for number in row if self._is_text(number)] for row in ids]
        return [str(self._target.decode_pieces(row)).strip() for row in rows]

    def _is_text(self, number: int) -> bool:
        piece = self._pieces.get(number, "<none>")
        return not (piece.startswith("<") and piece.endswith(">") and len(piece) > 2)
