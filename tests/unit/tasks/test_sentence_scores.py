from pathlib import Path

import numpy as np

from salience.tasks.sentence_scores import MAX_PIECES, WINDOW, SentenceScorer, sentence_tokens
from salience.text.word_pieces import WordPieces
from tests.unit.tasks.length_engine import LongestSaysMost

PIECES = WordPieces(Path(__file__).parents[3] / "model_store" / "entities-en" / "tokenizer.json")


def scorer(engine: LongestSaysMost) -> SentenceScorer:
    return SentenceScorer(engine, PIECES, max_tokens=1)


def test_every_sentence_has_a_score_between_0_and_1() -> None:
    [scores, other] = scorer(LongestSaysMost(PIECES)).score([["a b", "a", "a b c"], ["a"]])

    assert np.argsort(scores).tolist() == [1, 0, 2]
    assert ((scores > 0) & (scores < 1)).all()
    assert other.tolist() == [scores[1]]


def test_a_long_document_is_read_in_windows_that_change_no_order() -> None:
    engine = LongestSaysMost(PIECES)
    sentences = ["word " * (1 + number % 70) for number in range(300)]

    [scores] = scorer(engine).score([sentences])

    assert len(engine.lengths) > 5
    assert max(engine.lengths) <= WINDOW
    lengths = np.array([len(sentence) for sentence in sentences])
    assert (np.diff(lengths[np.argsort(scores, kind="stable")]) >= 0).all()


def test_the_end_of_a_very_long_sentence_is_not_read() -> None:
    [tokens] = sentence_tokens(["word " * 5_000], PIECES)

    assert len(tokens) == MAX_PIECES + 2
    assert (tokens[0], tokens[-1]) == (PIECES.start, PIECES.end)


def test_a_callers_special_tokens_begin_no_sentence() -> None:
    [tokens] = sentence_tokens(["see [CLS] and [SEP]"], PIECES)

    assert tokens.count(PIECES.start) == 1
