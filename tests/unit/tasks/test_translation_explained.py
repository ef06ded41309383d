"""Where a translation looked, in the places of the caller's text."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from salience.decoding.generated import Generated
from salience.decoding.options import DecodingOptions
from salience.engines.engine import Tokens
from salience.errors import Unsupported
from salience.tasks.translation_item import TranslationItem, TranslationOptions
from salience.v1.explanations_pb2 import Alignment, TextPiece
from salience.v1.models_pb2 import Model
from salience.v1.translation_pb2 import Translation
from tests.unit.tasks.shouting_translator import MODEL, ShoutingTranslator, translator

TEXT = "  The café\n is open. 漢 It costs 25, and 12345 "


@dataclass
class LookingTranslator(ShoutingTranslator):
    """Writes what it reads, and looks at each token while it writes it."""

    name = "looking"
    explains = True

    def run(self, batch: Sequence[Tokens], options: DecodingOptions) -> list[Generated]:
        self.batches.append((options, list(batch)))
        return [
            Generated(
                list(tokens[:-1]),
                -0.1,
                finished=True,
                attention=[
                    [float(place == looked) for looked in range(len(tokens))]
                    for place in range(len(tokens) - 1)
                ]
                if options.explain
                else (),
            )
            for tokens in batch
        ]


def explained(text: str, *, explain: bool = True, longest: int = 60) -> Translation:
    task = translator(LookingTranslator(), longest)
    task.model = Model()
    task.model.CopyFrom(MODEL)
    task.model.explains = True
    (answer,) = task.answer([TranslationItem(text, TranslationOptions(explain=explain))])
    assert isinstance(answer, Translation)
    return answer


def looked_at(alignment: Alignment) -> list[tuple[TextPiece, TextPiece]]:
    width = len(alignment.source)
    return [
        (piece, alignment.source[alignment.weights[width * row :].index(1.0)])
        for row, piece in enumerate(alignment.target)
    ]


@pytest.mark.parametrize("longest", [60, 6])
def test_pieces_stand_where_the_texts_have_them(longest: int) -> None:
    """Whether sentences are read whole or in parts."""
    answer = explained(TEXT, longest=longest)

    assert answer.alignments
    for alignment in answer.alignments:
        assert len(alignment.weights) == len(alignment.source) * len(alignment.target)
        for target, source in looked_at(alignment):
            assert TEXT[source.start : source.end] == source.text == target.text
            assert TEXT.encode()[source.start_byte : source.end_byte].decode() == source.text
            assert answer.text[target.start : target.end] == target.text
            assert answer.text.encode()[target.start_byte : target.end_byte].decode() == target.text


def test_a_sentence_has_an_alignment_unless_it_was_left_alone() -> None:
    answer = explained("One is here. 25. Two are there.")

    assert ["".join(piece.text for piece in one.target) for one in answer.alignments] == [
        "Oneishere.",
        "Twoarethere.",
    ]


def test_nothing_is_told_unless_asked() -> None:
    assert not explained(TEXT, explain=False).alignments


def test_a_model_that_cannot_explain_says_so() -> None:
    (answer,) = translator(LookingTranslator()).answer(
        [TranslationItem("One.", TranslationOptions(explain=True))]
    )

    assert isinstance(answer, Unsupported)
    assert (answer.field, answer.message) == (
        "explain",
        "model shouting cannot explain its answers",
    )
