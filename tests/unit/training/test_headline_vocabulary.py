from pathlib import Path

import pytest

from salience.text.word_pieces import WordPieces
from salience.training.headline_vocabulary import (
    WordInText,
    generated_pieces,
    ordinary_words,
    words_in,
)

STORE = Path(__file__).parents[3] / "model_store"


@pytest.fixture(scope="module")
def pieces() -> WordPieces:
    return WordPieces(STORE / "entities-en" / "tokenizer.json")


def words(pieces: WordPieces, text: str) -> list[WordInText]:
    (split,) = pieces.split([text])
    return list(words_in(text, split, pieces.pieces))


def test_words_know_how_they_are_written_and_where_sentences_begin(pieces: WordPieces) -> None:
    found = words(pieces, "Naïve ELMo. It")

    assert [(word.spelling, word.surface, word.begins) for word in found] == [
        ("naive", "Naïve", True),
        ("elmo", "ELMo", False),
        (".", ".", False),
        ("it", "It", True),
    ]


def test_a_text_without_words_has_none(pieces: WordPieces) -> None:
    assert words(pieces, " ") == []


def test_ordinary_words_are_mostly_in_lower_case_inside_of_sentences(pieces: WordPieces) -> None:
    text = "Berlin models: we train models in Berlin. Paris models train us in 2020 and BERT bert"

    found = ordinary_words(words(pieces, text), at_least=2)

    assert list(found) == ["in", "models", "train"]


def test_numbers_and_names_are_not_written(pieces: WordPieces) -> None:
    ordinary = ordinary_words(words(pieces, "we see we see models, models of"), at_least=1)

    found = generated_pieces(
        words(pieces, "we see 20 models in Berlin, we see."), ordinary, at_most=9
    )

    assert found == ["we", "see", "models", ",", "."]


def test_only_the_most_frequent_pieces_are_kept(pieces: WordPieces) -> None:
    ordinary = ordinary_words(words(pieces, "oh we see models"), at_least=1)

    assert generated_pieces(words(pieces, "models see see"), ordinary, at_most=1) == ["see"]
