"""The joint subword vocabulary of a translation model, kept as a SentencePiece file.

Byte fallback is on: a character the vocabulary lacks becomes its UTF-8 bytes, so no
input is unknown.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import sentencepiece

from salience.text.spans import Span, marked_spans

UNKNOWN, START, END, PADDING = 0, 1, 2, 3


class Subwords:
    """Splits text into subword ids and joins ids back into text."""

    def __init__(self, model_file: Path) -> None:
        self._processor = sentencepiece.SentencePieceProcessor(model_proto=model_file.read_bytes())

    def __len__(self) -> int:
        return int(self._processor.get_piece_size())

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of each text, without START and END."""
        return self._processor.encode(list(texts))  # type: ignore[no-any-return]

    def decode(self, ids: Sequence[Sequence[int]]) -> list[str]:
        """The text of each row of ids."""
        return self._processor.decode([list(row) for row in ids])  # type: ignore[no-any-return]

    def framed(self, tokens: Sequence[int]) -> list[int]:
        """A whole source, as the network was trained to read it."""
        return [*tokens, END]

    def source_spans(self, text: str) -> list[Span]:
        """Where each token of a whole source stands in its text; the END stands behind it."""
        (found,) = self._processor.encode([text], return_type="offset_mapping")
        return marked_spans(text, [*found["offsets"], (len(text), len(text))])

    def written_spans(self, ids: Sequence[int]) -> list[Span]:
        """Where each of the ids stands in the text that they decode to."""
        (found,) = self._processor.decode([list(ids)], return_type="offset_mapping")
        return marked_spans(found["text"], found["offsets"])

    @property
    def pieces(self) -> list[str]:
        """Every subword, by id."""
        return [self._processor.id_to_piece(index) for index in range(len(self))]


def train_subwords(sentences: Iterable[str], model_file: Path, *, vocabulary: int) -> None:
    """Learn a vocabulary of exactly `vocabulary` subwords, the 256 bytes included."""
    with model_file.open("wb") as writer:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(sentences),
            model_writer=writer,
            vocab_size=vocabulary,
            model_type="unigram",
            byte_fallback=True,
            character_coverage=0.9999,
            normalization_rule_name="nmt_nfkc",
            split_digits=True,
            pad_id=PADDING,
            minloglevel=2,
        )
