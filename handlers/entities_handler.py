"""TorchServe entry point for named-entity recognition."""

from collections.abc import Sequence

from salience.errors import ServingError
from salience.rpc_status import status_of
from salience.v1.entities_pb2 import (
    Entities,
    RecognizeEntitiesReply,
    RecognizeEntitiesRequest,
    RecognizeEntitiesResult,
)
from salience.worker.text_handler import TextHandler, inference_time, request_texts


class EntitiesHandler(TextHandler[Entities]):
    """Speaks RecognizeEntitiesRequest and RecognizeEntitiesReply."""

    def parse(self, payload: bytes) -> Sequence[str]:
        """The texts of a RecognizeEntitiesRequest."""
        return request_texts(RecognizeEntitiesRequest, payload)

    def encode(self, answers: Sequence[Entities | ServingError], seconds: float) -> bytes:
        """A RecognizeEntitiesReply."""
        results = [
            RecognizeEntitiesResult(error=status_of(answer))
            if isinstance(answer, ServingError)
            else RecognizeEntitiesResult(entities=answer)
            for answer in answers
        ]
        return RecognizeEntitiesReply(
            results=results,
            model=self.model.name,
            model_version=self.model.version,
            timing=inference_time(seconds),
        ).SerializeToString()
