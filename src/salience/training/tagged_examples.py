"""Tagged sentences as padded batches of word pieces."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from salience.data.conll import TaggedSentence
from salience.data.iob2 import continued
from salience.text.word_pieces import PiecesOfText, WordPieces, words_at

IGNORED = -100
"""The tag of pieces that are not scored: special ones, and not a word's first."""


@dataclass(frozen=True)
class TaggedExample:
    """One sentence: its tokens with the special ones, and the number of each one's tag."""

    tokens: NDArray[np.int64]
    tags: NDArray[np.int64]


@dataclass(frozen=True)
class TaggedBatch:
    """Padded examples."""

    tokens: Tensor
    lengths: Tensor
    tags: Tensor


def tagged_examples(
    sentences: Sequence[TaggedSentence], pieces: WordPieces, tags: Sequence[str]
) -> list[TaggedExample]:
    """Examples whose tags stand on the first piece of each word as the pieces see words.

    A word of the corpus such as `U.S.` is several such words: the later ones continue the
    name that the first one began.
    """
    numbers = {tag: number for number, tag in enumerate(tags)}
    texts = [" ".join(sentence.words) for sentence in sentences]
    return [
        _example(sentence, split, pieces, numbers)
        for sentence, split in zip(sentences, pieces.split(texts), strict=True)
    ]


def tagged_batch(examples: Sequence[TaggedExample]) -> TaggedBatch:
    """The examples side by side, padded to the longest."""
    lengths = torch.tensor([len(example.tokens) for example in examples])
    tokens = torch.zeros(len(examples), int(lengths.max()), dtype=torch.long)
    tags = torch.full_like(tokens, IGNORED)
    for row, example in enumerate(examples):
        tokens[row, : lengths[row]] = torch.from_numpy(example.tokens)
        tags[row, : lengths[row]] = torch.from_numpy(example.tags)
    return TaggedBatch(tokens, lengths, tags)


def _example(
    sentence: TaggedSentence, split: PiecesOfText, pieces: WordPieces, numbers: dict[str, int]
) -> TaggedExample:
    tags = np.full(len(split.tokens) + 2, IGNORED)
    first = split.first_of_words
    words = words_at(sentence.words, split.starts[first])
    begins = np.diff(words, prepend=-1) > 0
    for index, word, begun in zip(first, words, begins, strict=True):
        tag = sentence.tags[word]
        tags[index + 1] = numbers[tag if begun else continued(tag)]
    return TaggedExample(np.array([pieces.start, *split.tokens, pieces.end]), tags)
