from pathlib import Path

import pytest

from salience.data.summaries import SummarizedDocument
from salience.tasks.sentence_scores import WINDOW
from salience.text.word_pieces import WordPieces
from salience.training.ranked_documents import (
    NO_SENTENCE,
    RankedDocument,
    ranked_batch,
    ranked_documents,
)

PIECES = WordPieces(Path(__file__).parents[3] / "model_store" / "entities-en" / "tokenizer.json")


def ranked(text: str, summary: str) -> list[RankedDocument]:
    return list(ranked_documents([SummarizedDocument(text, (summary,))], PIECES, weight=0.5))


def test_closeness_is_rouge_1_to_the_summary() -> None:
    [document] = ranked("Cats sleep a lot. Dogs run.", "dogs run")

    assert document.closeness == pytest.approx([0.0, 1.0])
    assert document.weight == 0.5
    assert [sentence[0] for sentence in document.sentences] == [PIECES.start] * 2


def test_a_document_of_one_sentence_teaches_nothing() -> None:
    assert ranked("Dogs run.", "dogs run") == []


def test_of_a_long_document_only_what_a_window_holds_is_read() -> None:
    [document] = ranked("Dogs run far today. " * 200, "dogs run")

    assert WINDOW - 8 < document.num_tokens <= WINDOW
    assert len(document.closeness) == len(document.sentences)


def test_a_batch_says_where_sentences_begin_and_which_are_padding() -> None:
    short = RankedDocument([[1, 5, 2], [1, 6, 2]], [0.25, 0.5], 1.0)
    long = RankedDocument([[1, 2], [1, 7, 8, 2], [1, 2]], [0.0, 1.0, 0.0], 0.5)

    batch = ranked_batch([short, long])

    assert batch.tokens.tolist() == [[1, 5, 2, 1, 6, 2, 0, 0], [1, 2, 1, 7, 8, 2, 1, 2]]
    assert batch.lengths.tolist() == [6, 8]
    assert batch.starts.tolist() == [[0, 3, 6], [0, 2, 6]]
    assert batch.closeness.tolist() == [[0.25, 0.5, NO_SENTENCE], [0.0, 1.0, 0.0]]
    assert batch.weights.tolist() == [1.0, 0.5]
