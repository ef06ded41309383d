from pathlib import Path

import pytest

from salience.data.conll import TaggedSentence
from salience.tasks.entities import RecognizeEntities
from salience.tasks.token_scores import TokenScorer
from salience.text.word_pieces import WordPieces
from salience.training.entity_metrics import found_tags, measure_entities
from salience.v1.models_pb2 import Model
from tests.unit.tasks.capitals_engine import CapitalsArePlaces

PIECES = WordPieces(Path(__file__).parents[3] / "model_store" / "entities-en" / "tokenizer.json")
TASK = RecognizeEntities(
    model=Model(labels=["PER", "LOC", "ORG"]),
    scorer=TokenScorer(CapitalsArePlaces(PIECES), PIECES, max_tokens=512),
)
SENTENCES = [
    TaggedSentence(("In", "\u200d", "Rome", "'s", "U.S.A."), ("O", "O", "B-LOC", "O", "O")),
    TaggedSentence(("at", "the", "sea"), ("O", "O", "B-LOC")),
]


def test_every_word_of_the_corpus_gets_one_tag() -> None:
    assert list(found_tags(TASK, SENTENCES)) == [
        ["B-LOC", "O", "B-LOC", "O", "O"],
        ["O", "O", "O"],
    ]


def test_a_name_counts_when_it_is_found_exactly() -> None:
    assert measure_entities(TASK, SENTENCES) == {
        "f1": pytest.approx(50.0),
        "precision": pytest.approx(50.0),
        "recall": pytest.approx(50.0),
    }
