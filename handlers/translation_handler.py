"""TorchServe entry point for translation."""

from collections.abc import Sequence

from salience.errors import ServingError
from salience.rpc_status import status_of
from salience.tasks.translation_item import TranslationItem, TranslationOptions
from salience.v1.translation_pb2 import (
    TranslateReply,
    TranslateRequest,
    TranslateResult,
    Translation,
)
from salience.worker.task_handler import TaskHandler
from salience.worker.text_handler import inference_time, request_with_texts


class TranslationHandler(TaskHandler[TranslationItem, Translation]):
    """Speaks TranslateRequest and TranslateReply."""

    item_field = "texts"

    def parse(self, payload: bytes) -> Sequence[TranslationItem]:
        """The texts of a TranslateRequest, each with the options that it asks for."""
        request = request_with_texts(TranslateRequest, payload)
        options = TranslationOptions.of(request)
        options.check()
        return [TranslationItem(text, options) for text in request.texts]

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
