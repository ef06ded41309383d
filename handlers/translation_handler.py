"""TorchServe entry point for translation."""

from collections.abc import Sequence

from salience.errors import ServingError
from salience.rpc_status import status_of
from salience.v1.translation_pb2 import (
    TranslateReply,
    TranslateRequest,
    TranslateResult,
    Translation,
)
from salience.worker.text_handler import TextHandler, inference_time, request_texts


class TranslationHandler(TextHandler[Translation]):
    """Speaks TranslateRequest and TranslateReply."""

    def parse(self, payload: bytes) -> Sequence[str]:
        """The texts of a TranslateRequest."""
        return request_texts(TranslateRequest, payload)

    def encode(self, answers: Sequence[Translation | ServingError], seconds: float) -> bytes:
        """A TranslateReply."""
        results = [
            TranslateResult(error=status_of(answer))
            if isinstance(answer, ServingError)
            else TranslateResult(translation=answer)
            for answer in answers
        ]
        return TranslateReply(
            results=results,
            model=self.model.name,
            model_version=self.model.version,
            timing=inference_time(seconds),
        ).SerializeToString()
