from collections.abc import Sequence

import pytest
from google.rpc.code_pb2 import Code
from object_detection_handler import ObjectDetectionHandler

from salience.errors import InvalidInput, ServingError
from salience.tasks.detection_item import DetectionItem
from salience.v1.images_pb2 import (
    DetectedObject,
    Detection,
    DetectObjectsReply,
    DetectObjectsRequest,
)
from salience.v1.models_pb2 import Model
from tests.unit.worker.fakes import FakeContext


class LengthTask:
    """Finds a box as wide as the image has bytes; refuses empty ones."""

    model = Model(name="fake", version="1.2", labels=["a"])

    def __init__(self) -> None:
        self.asked: list[DetectionItem] = []

    def answer(self, items: Sequence[DetectionItem]) -> list[Detection | ServingError]:
        self.asked.extend(items)
        return [self._answer(item) for item in items]

    def _answer(self, item: DetectionItem) -> Detection | ServingError:
        if not item.content:
            return InvalidInput("empty")
        return Detection(objects=[DetectedObject(label="a", width=len(item.content))])


@pytest.fixture
def handler() -> ObjectDetectionHandler:
    handler = ObjectDetectionHandler()
    handler.task, handler.model = LengthTask(), LengthTask.model
    return handler


def ask(
    handler: ObjectDetectionHandler, *payloads: bytes, **headers: str
) -> list[DetectObjectsReply]:
    context = FakeContext(headers=[headers] * len(payloads))
    rows = [{"body": bytearray(payload)} for payload in payloads]
    return [DetectObjectsReply.FromString(reply) for reply in handler.handle(rows, context)]


def request(*images: bytes, **options: float) -> bytes:
    return DetectObjectsRequest(images=images, **options).SerializeToString()  # type: ignore[arg-type]


def test_every_image_knows_until_when_its_caller_waits(handler: ObjectDetectionHandler) -> None:
    ask(handler, request(b"1", b"2"), **{"x-salience-deadline": "99999999999"})

    assert isinstance(handler.task, LengthTask)
    assert [item.deadline_seconds for item in handler.task.asked] == [99999999999.0] * 2


def test_images_are_answered_in_order_with_errors_in_their_places(
    handler: ObjectDetectionHandler,
) -> None:
    [reply] = ask(handler, request(b"12", b"", b"1234"))

    first, second, third = reply.results
    assert [one.detection.objects[0].width for one in (first, third)] == [2, 4]
    assert second.error.code == Code.INVALID_ARGUMENT
    assert (reply.model, reply.model_version) == ("fake", "1.2")


def test_options_go_with_each_image_of_their_own_request(handler: ObjectDetectionHandler) -> None:
    ask(
        handler,
        request(b"1", min_score=0.25, explain=True),
        request(b"2"),
        request(b"3", min_score=0),
    )

    assert isinstance(handler.task, LengthTask)
    assert handler.task.asked == [
        DetectionItem(b"1", 0.25, explain=True),
        DetectionItem(b"2", 0.5),
        DetectionItem(b"3", 0.0),
    ]


@pytest.mark.parametrize(
    ("payload", "field"),
    [(b"\xff", b""), (request(), b"images"), (request(b"1", min_score=1.5), b"min_score")],
)
def test_a_bad_request_is_one_error_and_its_neighbours_are_served(
    handler: ObjectDetectionHandler, payload: bytes, field: bytes
) -> None:
    bad, good = ask(handler, payload, request(b"1"))

    [result] = bad.results
    assert result.error.code == Code.INVALID_ARGUMENT
    assert field in result.error.SerializeToString()
    assert good.results[0].detection.objects[0].width == 1
