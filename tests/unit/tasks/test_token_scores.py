from pathlib import Path

import numpy as np

from salience.tasks.token_scores import WINDOW, TokenScorer
from salience.text.word_pieces import WordPieces
from tests.unit.tasks.capitals_engine import BEGIN_PLACE, CapitalsArePlaces

PIECES = WordPieces(Path(__file__).parents[3] / "model_store" / "entities-en" / "tokenizer.json")


def test_every_piece_of_every_text_is_scored_in_its_place() -> None:
    texts = ["in Paris", "", "x " * 300 + "Paris " + "y " * 500, "Rome"]

    scored = TokenScorer(CapitalsArePlaces(PIECES), PIECES, max_tokens=512).score(texts)

    places = [np.flatnonzero(s.log_probabilities.argmax(axis=1)).tolist() for s in scored]
    assert places == [[1], [], [300], [0]]
    assert [len(s.log_probabilities) for s in scored] == [len(s.pieces.tokens) for s in scored]
    assert scored[3].log_probabilities[0].argmax() == BEGIN_PLACE


def test_no_sequence_is_longer_than_a_window_and_its_special_tokens() -> None:
    engine = CapitalsArePlaces(PIECES)

    TokenScorer(engine, PIECES, max_tokens=512).score(["word " * 1_000])

    assert max(engine.lengths) == WINDOW + 2


def test_scores_are_logarithms_of_probabilities() -> None:
    (scored,) = TokenScorer(CapitalsArePlaces(PIECES), PIECES, max_tokens=512).score(["in Paris"])

    np.testing.assert_allclose(np.exp(scored.log_probabilities).sum(axis=1), 1.0, rtol=1e-6)
