from pathlib import Path

import pytest

from salience.text.surfaces import Surfaces
from salience.text.word_pieces import WordPieces

STORE = Path(__file__).parents[3] / "model_store"
ORDINARY = {"we", "train", "a", "new", "model", "results", "are", "good", "learning"}


@pytest.fixture(scope="module")
def pieces() -> WordPieces:
    return WordPieces(STORE / "entities-en" / "tokenizer.json")


def written(pieces: WordPieces, text: str, line: str) -> str:
    (split,) = pieces.split([text])
    return Surfaces(text, split, pieces.pieces, ORDINARY).written(line.split(" "))


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("We train ELMo on SQuAD 2.0.", "elmo on squad 2 . 0", "ELMo on SQuAD 2.0"),
        ("A state-of-the-art model", "a state - of - the - art model", "A state-of-the-art model"),
        ("Results are good.", "we train results", "We train results"),
        ("Zürich is naïve", "a naive zurich", "A naïve Zürich"),
        ("iPhone sales", "iphone sales", "iPhone sales"),
        ("Learning (SGD) is slow", "a model ( sgd ) , new", "A model (SGD), new"),
        ("The model's cost", "the model ' s cost", "The model's cost"),
        ("BERT - a model", "bert - a model", "BERT - a model"),
        ("We train.", "results are good . we train .", "Results are good. We train."),
        ("an input/output pair", "input / output", "Input/output"),
        ("up to 95% of it", "up to 95 % of it", "Up to 95% of it"),
        ("nothing", 'a " new " model', 'A "new" model'),
        ("nothing", "cross - lingual learning", "Cross-lingual learning"),
        ("ICML, ICML and icml", "icml", "ICML"),
    ],
)
def test_a_line_is_written_as_its_text_writes(
    pieces: WordPieces, text: str, line: str, expected: str
) -> None:
    assert written(pieces, text, line) == expected


def test_nothing_becomes_nothing(pieces: WordPieces) -> None:
    (split,) = pieces.split([""])

    assert Surfaces("", split, pieces.pieces, ORDINARY).written([]) == ""
