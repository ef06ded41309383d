"""Explained answers as figures."""

import io

import numpy as np
import pytest
from google.protobuf.message import Message

from salience.client.drawing import MOST_BARS, draw
from salience.errors import InvalidInput
from salience.v1.explanations_pb2 import Alignment, TextPiece
from salience.v1.models_pb2 import Task
from salience.v1.summarization_pb2 import Summary
from salience.v1.translation_pb2 import Translation
from tests.unit.explained_answers import EXPLAINED, NOT_EXPLAINED, TASKS, png


def pieces(*texts: str) -> list[TextPiece]:
    return [TextPiece(text=text) for text in texts]


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


@pytest.mark.parametrize("task", sorted(TASKS))
def test_every_task_has_a_figure(task: Task) -> None:
    for _, answer in EXPLAINED[task]:
        assert_drawn(answer)


def test_a_made_picture_stands_beside_its_map() -> None:
    [(_, answer)] = EXPLAINED[Task.TASK_IMAGE_GENERATION]

    made, looked = draw(answer).axes

    assert made.images[0].get_size() == (4, 4)
    assert looked.images[0].get_size() == (1, 2)


def test_the_map_of_an_object_lies_over_the_image_it_was_found_in() -> None:
    _, answer = EXPLAINED[Task.TASK_OBJECT_DETECTION][0]

    [alone] = draw(answer).axes
    [axes] = draw(answer, image=png((10, 6))).axes

    assert len(alone.images) == 1
    below, above = axes.images
    assert below.get_size() == (6, 10)
    assert list(below.get_extent()) == list(above.get_extent()) == [0, 10, 10, 0]
    np.testing.assert_allclose(np.array(above.get_alpha()), [[0.7 / 3, 0.7]])


@pytest.mark.parametrize(("item", "answer"), NOT_EXPLAINED)
def test_an_answer_without_attention_has_no_figure(item: object, answer: Message) -> None:
    with pytest.raises(InvalidInput, match="ask for it with explain"):
        draw(answer)


def assert_drawn(answer: Message) -> None:
    file = io.BytesIO()

    draw(answer).savefig(file, dpi=20)

    assert file.getvalue().startswith(b"\x89PNG")


def test_what_is_no_answer_has_no_figure() -> None:
    with pytest.raises(TypeError, match="no answer"):
        draw(object())
