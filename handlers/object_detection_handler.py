"""TorchServe entry point for object detection."""

from collections.abc import Sequence

from google.protobuf.message import DecodeError

from salience.errors import InvalidInput, ServingError
from salience.rpc_status import status_of
from salience.tasks.detection_item import DEFAULT_MIN_SCORE, DetectionItem, check_min_score
from salience.v1.images_pb2 import (
    Detection,
    DetectObjectsReply,
    DetectObjectsRequest,
    DetectObjectsResult,
)
from salience.worker.picture_handler import PictureHandler
from salience.worker.text_handler import inference_time


class ObjectDetectionHandler(PictureHandler[DetectionItem, Detection]):
    """Speaks DetectObjectsRequest and DetectObjectsReply."""

    def parse(self, payload: bytes) -> Sequence[DetectionItem]:
        """The images of a DetectObjectsRequest, each with what is asked about them."""
        try:
            request = DetectObjectsRequest.FromString(payload)
        except DecodeError as error:
            raise InvalidInput("the payload is no DetectObjectsRequest") from error
        if not request.images:
            raise InvalidInput("there are no images", field="images")
        min_score = request.min_score if request.HasField("min_score") else DEFAULT_MIN_SCORE
        check_min_score(min_score)
        return [DetectionItem(image, min_score, request.explain) for image in request.images]

    def encode(self, answers: Sequence[Detection | ServingError], seconds: float) -> bytes:
        """A DetectObjectsReply."""
        results = [
            DetectObjectsResult(error=status_of(answer))
            if isinstance(answer, ServingError)
            else DetectObjectsResult(detection=answer)
            for answer in answers
        ]
        return DetectObjectsReply(
            results=results,
            model=self.model.name,
            model_version=self.model.version,
            timing=inference_time(seconds),
        ).SerializeToString()
