from pathlib import Path

import pytest

from salience.data.summaries import SummarizedDocument
from salience.text.word_pieces import WordPieces
from salience.training.headline_examples import (
    HeadlineExample,
    Style,
    closest_sentence,
    headline_examples,
)

STORE = Path(__file__).parents[3] / "model_store"
DOCUMENT = SummarizedDocument(
    "It is late. We train small models on titles. The end is near.",
    ("Small models learn titles.", "Short."),
    "Titles",
)


@pytest.fixture(scope="module")
def pieces() -> WordPieces:
    return WordPieces(STORE / "entities-en" / "tokenizer.json")


def example(pieces: WordPieces, *, longest: int = 50) -> HeadlineExample:
    (one,) = headline_examples([DOCUMENT], pieces, longest=longest, style=Style.SUMMARY)
    return one


def spelled(pieces: WordPieces, ids: list[int]) -> str:
    return " ".join(pieces.pieces[number] for number in ids)


def test_a_document_has_lines_of_every_style(pieces: WordPieces) -> None:
    lines = [(style, spelled(pieces, line)) for style, line in example(pieces).lines]

    assert lines == [
        (Style.SUMMARY, "small models learn titles ."),
        (Style.SUMMARY, "short ."),
        (Style.TITLE, "titles"),
        (Style.SENTENCE, "we train small models on titles ."),
    ]


def test_a_sentence_that_was_cut_off_is_not_to_be_copied(pieces: WordPieces) -> None:
    cut = example(pieces, longest=8)

    assert len(cut.text) == 8
    assert spelled(pieces, cut.lines[-1][1]) == "it is late ."


def test_the_closest_sentence_shares_the_most() -> None:
    assert closest_sentence([[1, 2, 9], [1, 2, 3], [3, 2, 1]], [1, 2, 3]) == [1, 2, 3]
