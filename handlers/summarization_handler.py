"""TorchServe entry point for summarization."""

from collections.abc import Sequence

from salience.errors import ServingError
from salience.rpc_status import status_of
from salience.tasks.summary_item import SummaryItem
from salience.text.summary_length import SummaryLength
from salience.v1.summarization_pb2 import (
    SummarizeReply,
    SummarizeRequest,
    SummarizeResult,
    Summary,
)
from salience.worker.task_handler import TaskHandler
from salience.worker.text_handler import inference_time, request_with_texts


class SummarizationHandler(TaskHandler[SummaryItem, Summary]):
    """Speaks SummarizeRequest and SummarizeReply, for models of both kinds."""

    item_field = "texts"

    def parse(self, payload: bytes) -> Sequence[SummaryItem]:
        """The texts of a SummarizeRequest, each with the length that it asks for."""
        request = request_with_texts(SummarizeRequest, payload)
        asked = request.WhichOneof("length")
        length = SummaryLength(**({asked: getattr(request, asked)} if asked else {}))
        length.check()
        return [SummaryItem(text, length, request.explain) for text in request.texts]

    def encode(self, answers: Sequence[Summary | ServingError], seconds: float) -> bytes:
        """A SummarizeReply."""
        results = [
            SummarizeResult(error=status_of(answer))
            if isinstance(answer, ServingError)
            else SummarizeResult(summary=answer)
            for answer in answers
        ]
        return SummarizeReply(
            results=results,
            model=self.model.name,
            model_version=self.model.version,
            timing=inference_time(seconds),
        ).SerializeToString()
