from collections.abc import Sequence

import pytest
from google.rpc.code_pb2 import Code
from image_generation_handler import ImageGenerationHandler

from salience.errors import ServingError
from salience.tasks.generation_item import GenerationItem
from salience.v1.images_pb2 import GeneratedImage, GenerateImagesReply, GenerateImagesRequest
from salience.v1.models_pb2 import Model
from tests.unit.worker.fakes import FakeContext


class WidthTask:
    """Makes pictures as wide as their seeds say; breaks on 13."""

    model = Model(name="fake", version="1.2")

    def __init__(self) -> None:
        self.asked: list[GenerationItem] = []

    def answer(self, items: Sequence[GenerationItem]) -> list[GeneratedImage | ServingError]:
        if any(item.seed == 13 for item in items):
            raise ValueError("it broke")
        self.asked.extend(items)
        return [GeneratedImage(width=item.seed) for item in items]


@pytest.fixture
def handler() -> ImageGenerationHandler:
    handler = ImageGenerationHandler()
    handler.task, handler.model = WidthTask(), WidthTask.model
    return handler


def ask(handler: ImageGenerationHandler, *payloads: bytes) -> list[GenerateImagesReply]:
    context = FakeContext(headers=[{}] * len(payloads))
    rows = [{"body": bytearray(payload)} for payload in payloads]
    return [GenerateImagesReply.FromString(reply) for reply in handler.handle(rows, context)]


def request(*seeds: int, explain: bool = False) -> bytes:
    return GenerateImagesRequest(seeds=seeds, explain=explain).SerializeToString()


def test_seeds_are_answered_in_order_with_errors_in_their_places(
    handler: ImageGenerationHandler,
) -> None:
    first, second = ask(handler, request(5, 13, 7), request(9, explain=True))

    assert [result.image.width for result in first.results] == [5, 0, 7]
    assert first.results[1].error.code == Code.INTERNAL
    assert [result.image.width for result in second.results] == [9]
    assert (second.model, second.model_version) == ("fake", "1.2")
    assert isinstance(handler.task, WidthTask)
    assert handler.task.asked == [
        GenerationItem(5),
        GenerationItem(7),
        GenerationItem(9, explain=True),
    ]


@pytest.mark.parametrize("payload", [b"\xff", request()])
def test_a_bad_request_is_one_error_and_its_neighbours_are_served(
    handler: ImageGenerationHandler, payload: bytes
) -> None:
    bad, good = ask(handler, payload, request(1))

    [result] = bad.results
    assert result.error.code == Code.INVALID_ARGUMENT
    assert good.results[0].image.width == 1
