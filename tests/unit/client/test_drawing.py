"""Explained answers as figures."""

import io

import numpy as np
import pytest
from google.protobuf.message import Message
from PIL import Image

from salience.client.drawing import MOST_BARS, draw
from salience.v1.entities_pb2 import Entities, Entity
from salience.v1.explanations_pb2 import Alignment, PieceWeights, TextPiece
from salience.v1.images_pb2 import (
    AttentionMap,
    Classification,
    DetectedObject,
    Detection,
    ImageClass,
)
from salience.v1.summarization_pb2 import Summary, SummarySentence
from salience.v1.translation_pb2 import Translation


def pieces(*texts: str) -> list[TextPiece]:
    return [TextPiece(text=text) for text in texts]


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(file, "PNG")
    return file.getvalue()


def test_a_translation_is_a_matrix_for_each_sentence() -> None:
    one = Alignment(
        source=pieces("a", "b", ""), target=pieces("x", "y"), weights=[1, 0, 0, 0, 1, 0]
    )

    figure = draw(Translation(alignments=[one, one]))

    assert len(figure.axes) == 2
    shown = figure.axes[0].images[0].get_array()
    np.testing.assert_array_equal(shown, [[1, 0, 0], [0, 1, 0]])
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["x", "y"]


def test_bars_are_of_what_weighed_most_in_the_order_of_the_text() -> None:
    weights = [0.01 * (number % 20) for number in range(20)]
    answer = Summary(text="s", pieces=pieces(*map(str, range(20))), piece_weights=weights)

    [axes] = draw(answer).axes

    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == [str(number) for number in range(20 - MOST_BARS, 20)]


@pytest.mark.parametrize(
    "answer",
    [
        Translation(),
        Entities(),
        Entities(
            entities=[
                Entity(text="b", attention=PieceWeights(first_piece=1, weights=[0.5])),
            ],
            pieces=pieces("a", "b"),
        ),
        Summary(text="s", weighed=[SummarySentence(text="s", score=0.5)]),
        Classification(classes=[ImageClass(label="c")], attention=AttentionMap(overlay=png())),
        Detection(
            objects=[
                DetectedObject(
                    label="d", attention=AttentionMap(rows=1, columns=2, weights=[0.5, 0.5])
                )
            ],
            width=8,
            height=6,
        ),
    ],
    ids=lambda answer: type(answer).__name__,
)
def test_every_kind_of_answer_has_a_figure(answer: Message) -> None:
    file = io.BytesIO()

    draw(answer).savefig(file, dpi=20)

    assert file.getvalue().startswith(b"\x89PNG")


def test_what_is_no_answer_has_no_figure() -> None:
    with pytest.raises(TypeError, match="no answer"):
        draw(object())
