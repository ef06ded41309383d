"""Where a model looked for each name, by the pieces of the whole text."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from salience.engines.engine import Tokens
from salience.engines.explained_scores import ExplainedScores
from salience.engines.explaining_engine import ExplainingEngine
from salience.errors import Unsupported
from salience.tasks.entities import RecognizeEntities
from salience.tasks.entity_item import EntityItem
from salience.tasks.piece_weights import mean_weights
from salience.tasks.tag_decoding import TagDecoder
from salience.tasks.token_scores import Look, TokenScorer
from salience.text.word_pieces import WordPieces
from salience.v1.entities_pb2 import Entities
from salience.v1.models_pb2 import Limits, Model
from tests.unit.tasks.capitals_engine import CapitalsArePlaces

PIECES = WordPieces(Path(__file__).parents[3] / "model_store" / "entities-en" / "tokenizer.json")
LABELS = ["PER", "LOC", "ORG"]


class LooksLeft(CapitalsArePlaces):
    """Every token looks at the one before it, and a little at the mark that begins."""

    explains = True

    def explain(self, batch: Sequence[Tokens]) -> Sequence[ExplainedScores]:
        return [ExplainedScores(scores, self.looks(len(scores))) for scores in self.run(batch)]

    def looks(self, length: int) -> NDArray[np.float32]:
        looks = 0.9 * np.eye(length, k=-1, dtype=np.float32)
        looks[:, 0] += 0.1
        return np.asarray(looks, dtype=np.float32)


def task(*, explains: bool = True) -> RecognizeEntities:
    engine = LooksLeft(PIECES)
    return RecognizeEntities(
        model=Model(
            name="left", labels=LABELS, limits=Limits(max_characters=50_000), explains=explains
        ),
        scorer=TokenScorer(engine, PIECES, max_tokens=512, explaining=ExplainingEngine(engine)),
        decoder=TagDecoder(LABELS),
    )


def answered(text: str, *, explain: bool) -> Entities:
    (answer,) = task().answer([EntityItem(text, explain)])
    assert isinstance(answer, Entities)
    return answer


@pytest.mark.parametrize("words_before", [0, 1, 100, 300])
def test_each_name_tells_the_pieces_it_looked_at_even_across_windows(words_before: int) -> None:
    text = "wörd " * words_before + "we saw Rome"

    found = answered(text, explain=True)

    [rome] = found.entities
    attention = rome.attention
    looked = found.pieces[attention.first_piece + int(np.argmax(attention.weights))]
    assert looked.text == text[looked.start : looked.end] == "saw"
    assert text.encode()[looked.start_byte : looked.end_byte].decode() == "saw"
    assert sum(attention.weights) == pytest.approx(0.9)


def test_a_plain_neighbour_is_answered_as_if_alone() -> None:
    plain, explained = task().answer(["in Rome", EntityItem("in Oslo", explain=True)])

    assert isinstance(plain, Entities)
    assert isinstance(explained, Entities)
    assert not plain.pieces
    assert not plain.entities[0].HasField("attention")
    assert explained.entities[0].text == "Oslo"
    assert explained.entities[0].HasField("attention")


def test_explaining_changes_no_name() -> None:
    text = "Rome and Oslo, " * 80

    plain, explained = answered(text, explain=False), answered(text, explain=True)

    assert len(explained.pieces) == len(PIECES.split([text])[0].tokens)
    for entity in explained.entities:
        entity.ClearField("attention")
    assert list(explained.entities) == list(plain.entities)


def test_a_model_that_cannot_explain_says_so() -> None:
    (answer,) = task(explains=False).answer([EntityItem("in Rome", explain=True)])

    assert isinstance(answer, Unsupported)
    assert answer.field == "explain"


def test_pieces_of_two_windows_are_averaged_where_they_looked() -> None:
    one = Look(2, np.array([0.5, 0.5], dtype=np.float32))
    other = one._replace(first=3)

    found = mean_weights([one, other])

    assert found.first_piece == 2
    assert list(found.weights) == [0.25, 0.5, 0.25]
