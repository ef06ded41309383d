from collections.abc import Sequence

import pytest
from google.rpc.code_pb2 import Code
from image_classification_handler import ImageClassificationHandler
from prometheus_client import REGISTRY

from salience.errors import InvalidInput, ServingError
from salience.tasks.image_item import ImageItem
from salience.v1.images_pb2 import (
    Classification,
    ClassifyImagesReply,
    ClassifyImagesRequest,
    ImageClass,
)
from salience.v1.models_pb2 import Model
from salience.worker.batch_metrics import MeasuredImageEngine
from tests.unit.worker.fakes import FakeContext


class LengthTask:
    """Calls an image by its length; refuses empty ones."""

    model = Model(name="fake", version="1.2", labels=["a", "b", "c"])

    def __init__(self) -> None:
        self.asked: list[ImageItem] = []

    def answer(self, items: Sequence[ImageItem]) -> list[Classification | ServingError]:
        self.asked.extend(items)
        return [self._answer(item) for item in items]

    def _answer(self, item: ImageItem) -> Classification | ServingError:
        if not item.content:
            return InvalidInput("empty")
        return Classification(classes=[ImageClass(label=str(len(item.content)))])


@pytest.fixture
def handler() -> ImageClassificationHandler:
    handler = ImageClassificationHandler()
    handler.task, handler.model = LengthTask(), LengthTask.model
    return handler


def ask(
    handler: ImageClassificationHandler, *payloads: bytes, **headers: str
) -> list[ClassifyImagesReply]:
    context = FakeContext(headers=[headers] * len(payloads))
    rows = [{"body": bytearray(payload)} for payload in payloads]
    return [ClassifyImagesReply.FromString(reply) for reply in handler.handle(rows, context)]


def request(images: list[bytes], top_k: int = 0, *, explain: bool = False) -> bytes:
    asked = ClassifyImagesRequest(images=images, top_k=top_k, explain=explain)
    return asked.SerializeToString()


def test_images_are_answered_in_order_with_errors_in_their_places(
    handler: ImageClassificationHandler,
) -> None:
    [reply] = ask(handler, request([b"12", b"", b"1234"]))

    first, second, third = reply.results
    assert (first.classification.classes[0].label, third.classification.classes[0].label) == (
        "2",
        "4",
    )
    assert second.error.code == Code.INVALID_ARGUMENT
    assert (reply.model, reply.model_version) == ("fake", "1.2")
    assert reply.timing.inference_time.ToNanoseconds() > 0


def test_options_go_with_each_image_of_their_own_request(
    handler: ImageClassificationHandler,
) -> None:
    ask(handler, request([b"1", b"2"], 2, explain=True), request([b"3"]))

    assert isinstance(handler.task, LengthTask)
    assert handler.task.asked == [
        ImageItem(b"1", 2, explain=True),
        ImageItem(b"2", 2, explain=True),
        ImageItem(b"3", 0, explain=False),
    ]


def test_every_image_knows_until_when_its_caller_waits(
    handler: ImageClassificationHandler,
) -> None:
    ask(handler, request([b"1", b"2"]), **{"x-salience-deadline": "99999999999"})

    assert isinstance(handler.task, LengthTask)
    assert [item.deadline_seconds for item in handler.task.asked] == [99999999999.0] * 2


@pytest.mark.parametrize(
    ("payload", "field"), [(b"\xff", b""), (request([]), b"images"), (request([b"1"], 4), b"top_k")]
)
def test_a_bad_request_is_one_error_and_its_neighbours_are_served(
    handler: ImageClassificationHandler, payload: bytes, field: bytes
) -> None:
    bad, good = ask(handler, payload, request([b"1"]))

    [result] = bad.results
    assert result.error.code == Code.INVALID_ARGUMENT
    assert field in result.error.SerializeToString()
    assert good.results[0].classification.classes[0].label == "1"


class EchoEngine:
    name, device = "echo", "cpu"

    def run(self, batch: Sequence[int]) -> list[int]:
        return list(batch)


def test_batches_of_images_are_counted_without_tokens() -> None:
    MeasuredImageEngine(EchoEngine(), model="pictures").run([1, 2, 3])

    def total(metric: str) -> float | None:
        return REGISTRY.get_sample_value(f"salience_worker_batch_{metric}", {"model": "pictures"})

    assert total("items_sum") == 3
    assert total("seconds_count") == 1
    assert total("tokens_count") is None
