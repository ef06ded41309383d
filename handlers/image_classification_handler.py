"""TorchServe entry point for image classification."""

from collections.abc import Sequence

from google.protobuf.message import DecodeError

from salience.errors import InvalidInput, ServingError
from salience.rpc_status import status_of
from salience.tasks.image_item import ImageItem
from salience.v1.images_pb2 import (
    Classification,
    ClassifyImagesReply,
    ClassifyImagesRequest,
    ClassifyImagesResult,
)
from salience.worker.picture_handler import PictureHandler
from salience.worker.text_handler import inference_time


class ImageClassificationHandler(PictureHandler[ImageItem, Classification]):
    """Speaks ClassifyImagesRequest and ClassifyImagesReply."""

    def parse(self, payload: bytes) -> Sequence[ImageItem]:
        """The images of a ClassifyImagesRequest, each with what is asked about them."""
        try:
            request = ClassifyImagesRequest.FromString(payload)
        except DecodeError as error:
            raise InvalidInput("the payload is no ClassifyImagesRequest") from error
        if not request.images:
            raise InvalidInput("there are no images", field="images")
        items = [ImageItem(image, request.top_k, request.explain) for image in request.images]
        items[0].num_answers(len(self.model.labels))
        return items

    def encode(self, answers: Sequence[Classification | ServingError], seconds: float) -> bytes:
        """A ClassifyImagesReply."""
        results = [
            ClassifyImagesResult(error=status_of(answer))
            if isinstance(answer, ServingError)
            else ClassifyImagesResult(classification=answer)
            for answer in answers
        ]
        return ClassifyImagesReply(
            results=results,
            model=self.model.name,
            model_version=self.model.version,
            timing=inference_time(seconds),
        ).SerializeToString()
