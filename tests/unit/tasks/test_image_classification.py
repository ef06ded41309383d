import io
import threading
from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image

from salience.engines.seen_image import Pixels, SeenImage
from salience.errors import DeadlineExceeded, InputTooLong, InvalidInput, ServingError, Unsupported
from salience.tasks.image_classification import ClassifyImages
from salience.tasks.image_item import ImageItem
from salience.v1.images_pb2 import Classification
from salience.v1.models_pb2 import Limits, Model
from salience.vision.centre_crop import CentreCrop
from tests.unit.vision.image_files import file_of, halves

LABELS = ["red", "green", "blue", "none"]


class ColourEngine:
    """Likelihoods are the mean colours; the attention is how red each quarter is."""

    name, device = "colours", "cpu"

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.thread: str = ""

    def run(self, batch: Sequence[Pixels]) -> list[SeenImage]:
        self.batches.append(len(batch))
        self.thread = threading.current_thread().name
        return [self._seen(pixels.astype(np.float32)) for pixels in batch]

    def _seen(self, pixels: np.ndarray) -> SeenImage:
        colours = pixels.mean(axis=(0, 1)) / 1000
        quarters = pixels[..., 0].reshape(2, 4, 2, 4).sum(axis=(1, 3))
        probabilities = np.append(colours, 1 - colours.sum())
        return SeenImage(probabilities, quarters / max(quarters.sum(), 1))


@pytest.fixture
def engine() -> ColourEngine:
    return ColourEngine()


@pytest.fixture
def task(engine: ColourEngine) -> ClassifyImages:
    limits = Limits(max_items=9, max_bytes=50_000, max_pixels=20_000)
    model = Model(name="colours", labels=LABELS, limits=limits, explains=True)
    return ClassifyImages(model=model, engine=engine, crop=CentreCrop(8, 1.0), batch_size=3)


RED = file_of(halves(40, 20).crop((0, 0, 20, 20)), "PNG")
HALVES = file_of(halves(40, 20), "PNG")


def classified(answer: Classification | ServingError) -> Classification:
    assert isinstance(answer, Classification)
    return answer


def test_classes_come_with_the_likeliest_first(task: ClassifyImages) -> None:
    (answer,) = task.answer([ImageItem(RED, top_k=2)])

    found = [(one.label, round(one.probability, 3)) for one in classified(answer).classes]
    assert found == [("none", 0.745), ("red", 0.255)]
    assert not classified(answer).HasField("attention")


def test_five_classes_are_told_or_all_there_are(task: ClassifyImages) -> None:
    (answer,) = task.answer([RED])

    assert len(classified(answer).classes) == 4


def test_the_attention_is_the_engines_over_the_part_that_it_saw(task: ClassifyImages) -> None:
    (answer,) = task.answer([ImageItem(HALVES, explain=True)])

    attention = classified(answer).attention
    assert (attention.rows, attention.columns) == (2, 2)
    assert attention.weights == pytest.approx([0.5, 0, 0.5, 0], abs=0.1)
    assert (attention.left, attention.top) == (10, 0)
    assert (attention.width, attention.height) == (20, 20)
    assert Image.open(io.BytesIO(attention.overlay)).size == (8, 8)
    assert (classified(answer).width, classified(answer).height) == (40, 20)


def test_bad_images_have_errors_in_their_places(task: ClassifyImages) -> None:
    answers = task.answer([RED, b"", b"text", file_of(halves(200, 200), "PNG"), RED])

    assert [type(answer) for answer in answers] == [
        Classification,
        InvalidInput,
        Unsupported,
        InputTooLong,
        Classification,
    ]
    fields = [answer.field for answer in answers if isinstance(answer, ServingError)]
    assert fields == ["images[1]", "images[2]", "images[3]"]


def test_an_image_that_nobody_waits_for_any_more_is_not_decoded(task: ClassifyImages) -> None:
    late, due = task.answer(
        [ImageItem(b"no image", deadline_seconds=1.0), ImageItem(RED, deadline_seconds=9e9)]
    )

    assert isinstance(late, DeadlineExceeded)
    assert classified(due).classes


def test_images_run_in_batches_and_come_back_in_order(
    task: ClassifyImages, engine: ColourEngine
) -> None:
    answers = task.answer([RED, HALVES, b"text", RED, HALVES, HALVES])

    reds = [
        next(one.probability for one in classified(answer).classes if one.label == "red")
        for answer in answers
        if isinstance(answer, Classification)
    ]
    assert engine.batches == [3, 2]
    assert np.argsort(reds, kind="stable").tolist()[-2:] == [0, 2]


def test_the_engine_stays_on_the_callers_thread(task: ClassifyImages, engine: ColourEngine) -> None:
    task.answer([RED])

    assert engine.thread == threading.current_thread().name


def test_more_classes_than_there_are_is_an_error_that_names_the_option(
    task: ClassifyImages,
) -> None:
    (answer,) = task.answer([ImageItem(RED, top_k=5)])

    assert isinstance(answer, InvalidInput)
    assert answer.field == "top_k"


def test_no_images_have_no_answers(task: ClassifyImages) -> None:
    assert task.answer([]) == []
