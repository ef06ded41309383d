"""TorchServe entry point for image generation."""

from collections.abc import Sequence

from google.protobuf.message import DecodeError

from salience.errors import InvalidInput, ServingError
from salience.rpc_status import status_of
from salience.tasks.generation_item import GenerationItem
from salience.v1.images_pb2 import (
    GeneratedImage,
    GenerateImagesReply,
    GenerateImagesRequest,
    GenerateImagesResult,
)
from salience.worker.batch_metrics import MeasuredImageEngine
from salience.worker.task_handler import TaskHandler
from salience.worker.text_handler import inference_time


class ImageGenerationHandler(TaskHandler[GenerationItem, GeneratedImage]):
    """Speaks GenerateImagesRequest and GenerateImagesReply."""

    item_field = "seeds"
    measured_engine = MeasuredImageEngine

    def parse(self, payload: bytes) -> Sequence[GenerationItem]:
        """The seeds of a GenerateImagesRequest, each with what is asked about its picture."""
        try:
            request = GenerateImagesRequest.FromString(payload)
        except DecodeError as error:
            raise InvalidInput("the payload is no GenerateImagesRequest") from error
        if not request.seeds:
            raise InvalidInput("there are no seeds", field="seeds")
        return [GenerationItem(seed, request.explain) for seed in request.seeds]

    def encode(self, answers: Sequence[GeneratedImage | ServingError], seconds: float) -> bytes:
        """A GenerateImagesReply."""
        results = [
            GenerateImagesResult(error=status_of(answer))
            if isinstance(answer, ServingError)
            else GenerateImagesResult(image=answer)
            for answer in answers
        ]
        return GenerateImagesReply(
            results=results,
            model=self.model.name,
            model_version=self.model.version,
            timing=inference_time(seconds),
        ).SerializeToString()
