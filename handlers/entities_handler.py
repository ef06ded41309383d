"""TorchServe entry point for named-entity recognition."""

from collections.abc import Sequence

from salience.errors import ServingError
from salience.rpc_status import status_of
from salience.tasks.entity_item import EntityItem
from salience.v1.entities_pb2 import (
    Entities,
    RecognizeEntitiesReply,
    RecognizeEntitiesRequest,
    RecognizeEntitiesResult,
)
from salience.worker.task_handler import TaskHandler
from salience.worker.text_handler import inference_time, request_with_texts


class EntitiesHandler(TaskHandler[EntityItem, Entities]):
    """Speaks RecognizeEntitiesRequest and RecognizeEntitiesReply."""

    item_field = "texts"

    def parse(self, payload: bytes) -> Sequence[EntityItem]:
        """The texts of a RecognizeEntitiesRequest, each with whether to explain it."""
        request = request_with_texts(RecognizeEntitiesRequest, payload)
        return [EntityItem(text, request.explain) for text in request.texts]

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
