"""Documents summarized one by one, each one's sentences sent on when it has been read."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from salience.errors import Unsupported
from salience.gateway.call_context import CallContext
from salience.gateway.item_calls import AcceptedCall, ItemCalls
from salience.gateway.ordered_answers import in_order
from salience.gateway.status_details import renumbered
from salience.gateway.task_kinds import SUMMARIZATION
from salience.v1.summarization_pb2 import (
    SummarizeReply,
    SummarizeRequest,
    SummarizeStreamReply,
)


async def summarize_stream(
    calls: ItemCalls, request: SummarizeRequest, context: CallContext
) -> AsyncGenerator[SummarizeStreamReply, None]:
    """One reply per chosen sentence; a text that cannot be served has one error in its place."""
    if request.explain:
        raise Unsupported("a stream of summaries cannot be explained", field="explain")
    documents = _Documents(calls, calls.accept_stream(SUMMARIZATION, request, context))
    ahead = calls.settings.stream_rows_ahead
    places = range(len(request.texts))
    async with aclosing(in_order(places, documents.replies, num_ahead=ahead)) as answered:
        async for replies in answered:
            for reply in replies:
                yield reply


class _Documents:
    def __init__(self, calls: ItemCalls, call: AcceptedCall) -> None:
        self._calls = calls
        self._call = call

    async def replies(self, index: int) -> list[SummarizeStreamReply]:
        if index in self._call.faults:
            return [SummarizeStreamReply(text_index=index, error=self._call.faults[index])]
        row = await self._calls.answer_row(self._call, self._call.items[index])
        assert isinstance(row, SummarizeReply)
        return _replies(row, index)


def _replies(row: SummarizeReply, index: int) -> list[SummarizeStreamReply]:
    [result] = row.results
    if result.HasField("error"):
        error = renumbered(result.error, lambda _: index)
        replies = [SummarizeStreamReply(error=error)]
    else:
        replies = [SummarizeStreamReply(sentence=one) for one in result.summary.sentences]
    for reply in replies:
        reply.text_index = index
        reply.model, reply.model_version = row.model, row.model_version
        reply.timing.CopyFrom(row.timing)
    return replies
