from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from salience.text.word_pieces import WordPieces
from salience.training.headline_batches import Corpora, batches, headline_batch
from salience.training.headline_examples import HeadlineExample, Style

STORE = Path(__file__).parents[3] / "model_store"
TITLED = HeadlineExample([5, 6], [(Style.TITLE, [9])])
SUMMARIZED = HeadlineExample([7, 8, 9], [(Style.SUMMARY, [9])])


@pytest.fixture(scope="module")
def pieces() -> WordPieces:
    return WordPieces(STORE / "entities-en" / "tokenizer.json")


def test_a_batch_holds_every_document_once_and_its_lines(pieces: WordPieces) -> None:
    short = HeadlineExample([7, 8], [(Style.TITLE, [9]), (Style.SENTENCE, [7, 8])])
    long = HeadlineExample([5, 6, 7], [(Style.SUMMARY, [4, 4])])

    batch = headline_batch([short, long], pieces, np.random.default_rng(0), keep=1.0)

    start, end = pieces.start, pieces.end
    assert batch.texts.tolist() == [[start, 7, 8, end, 0], [start, 5, 6, 7, end]]
    assert batch.lengths.tolist() == [4, 5]
    assert batch.targets.tolist() == [[start, 9, end, 0], [start, 7, 8, end], [start, 4, 4, end]]
    assert batch.rows.tolist() == [0, 0, 1]
    assert batch.styles.tolist() == [Style.TITLE, Style.SENTENCE, Style.SUMMARY]


def test_sentences_to_copy_can_be_left_out(pieces: WordPieces) -> None:
    one = HeadlineExample([7, 8], [(Style.TITLE, [9]), (Style.SENTENCE, [7, 8])])

    batch = headline_batch([one], pieces, np.random.default_rng(0), keep=0.0)

    assert batch.styles.tolist() == [Style.TITLE]


def test_a_run_reads_everything_first_and_summaries_last(pieces: WordPieces) -> None:
    corpora = Corpora([TITLED] * 5, [SUMMARIZED], last_part=2)

    read = [sorted(b.lengths.tolist()) for b in islice(batches(corpora, pieces, 0), 4)]

    assert read == [[4] * 5 + [5] * 3, [4] * 5 + [5] * 3, [5], [5]]


def test_a_run_goes_on_where_it_stopped(pieces: WordPieces) -> None:
    corpora = Corpora([TITLED, SUMMARIZED], [SUMMARIZED], last_part=2)

    whole = list(islice(batches(corpora, pieces, 0), 4))
    rest = list(islice(batches(corpora, pieces, 1), 3))

    assert [b.texts.tolist() for b in whole[1:]] == [b.texts.tolist() for b in rest]
