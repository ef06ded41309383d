"""Padded batches of documents and the lines about them, in the order of a run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
import torch
from torch import Tensor

from salience.text.word_pieces import WordPieces
from salience.training.batches import length_batches
from salience.training.headline_examples import HeadlineExample, Style

TOKENS_PER_BATCH = 4_608
SUMMARIZED_COPIES = 3
SENTENCES_KEPT = 0.4
SEED = 1


@dataclass(frozen=True)
class Corpora:
    """Many papers with titles, and few with summaries.

    From batch number `last_part` on only the latter are read.
    """

    titled: Sequence[HeadlineExample]
    summarized: Sequence[HeadlineExample]
    last_part: int


@dataclass(frozen=True)
class HeadlineBatch:
    """Padded documents with the special pieces, and padded targets.

    Target i is about document `rows[i]`; it begins with START and ends with END.
    """

    texts: Tensor
    lengths: Tensor
    targets: Tensor
    styles: Tensor
    rows: Tensor


def batches(corpora: Corpora, pieces: WordPieces, start: int) -> Iterator[HeadlineBatch]:
    """Batches without end, from number `start`."""
    everything = [*corpora.titled, *SUMMARIZED_COPIES * list(corpora.summarized)]
    first = islice(_endless(everything, part=1), corpora.last_part)
    last = _endless(corpora.summarized, part=2)
    for number, examples in islice(enumerate(chain(first, last)), start, None):
        generator = np.random.default_rng([SEED, number])
        yield headline_batch(examples, pieces, generator, keep=SENTENCES_KEPT)


def headline_batch(
    examples: Sequence[HeadlineExample],
    pieces: WordPieces,
    generator: np.random.Generator,
    *,
    keep: float,
) -> HeadlineBatch:
    """The examples side by side; a chosen sentence is kept with the probability `keep`."""
    texts = [[pieces.start, *example.text, pieces.end] for example in examples]
    chosen = [
        (row, style, [pieces.start, *line, pieces.end])
        for row, example in enumerate(examples)
        for style, line in example.lines
        if style != Style.SENTENCE or generator.random() < keep
    ]
    rows, styles, targets = zip(*chosen, strict=True)
    return HeadlineBatch(
        _padded(texts),
        torch.tensor([len(text) for text in texts]),
        _padded(targets),
        torch.tensor(styles),
        torch.tensor(rows),
    )


def _endless(examples: Sequence[HeadlineExample], *, part: int) -> Iterator[list[HeadlineExample]]:
    """The examples of each batch, texts of like length together."""
    lengths = [(len(example.text) + 2, 0) for example in examples]
    for epoch in range(10_000):
        generator = np.random.default_rng([SEED, part, epoch])
        for rows in length_batches(lengths, tokens=TOKENS_PER_BATCH, generator=generator):
            yield [examples[row] for row in rows]


def _padded(rows: Sequence[Sequence[int]]) -> Tensor:
    tensors = [torch.tensor(row) for row in rows]
    return torch.nn.utils.rnn.pad_sequence(tensors, batch_first=True)
