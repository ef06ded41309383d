"""Documents translated sentence by sentence, each sent on as soon as it is finished."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator
from contextlib import aclosing
from typing import TypeVar

from salience.gateway.call_context import CallContext
from salience.gateway.status_details import renumbered
from salience.gateway.text_calls import AcceptedCall, TextCalls, TextKind
from salience.text.sentences import split_edges, split_sentences
from salience.v1.translation_pb2 import (
    TranslateReply,
    TranslateRequest,
    TranslateStreamReply,
    Translation,
)

Piece = TypeVar("Piece")
Answer = TypeVar("Answer")


async def translate_stream(
    calls: TextCalls, kind: TextKind, request: TranslateRequest, context: CallContext
) -> AsyncGenerator[TranslateStreamReply, None]:
    """One reply per sentence; a text that cannot be served has one error in its place."""
    call = calls.accept(kind, request, context)
    call.served.admission.refuse_when_full(1)
    sentences = _Sentences(calls, call)
    ahead = calls.settings.stream_rows_ahead
    async with aclosing(in_order(sentences.pieces(), sentences.reply, num_ahead=ahead)) as replies:
        async for reply in replies:
            yield reply


async def in_order(
    pieces: Iterable[Piece], answer: Callable[[Piece], Awaitable[Answer]], *, num_ahead: int
) -> AsyncGenerator[Answer, None]:
    """Answer `num_ahead` pieces at a time, and yield the answers in order."""
    tasks: deque[asyncio.Future[Answer]] = deque()
    try:
        for piece in pieces:
            tasks.append(asyncio.ensure_future(answer(piece)))
            if len(tasks) == num_ahead:
                yield await tasks.popleft()
        while tasks:
            yield await tasks.popleft()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Sentences:
    def __init__(self, calls: TextCalls, call: AcceptedCall) -> None:
        self._calls = calls
        self._call = call

    def pieces(self) -> Iterator[tuple[int, int, str]]:
        request = self._call.request
        assert isinstance(request, TranslateRequest)
        for text_index, text in enumerate(request.texts):
            faulty = text_index in self._call.faults
            sentences = [text] if faulty else split_sentences(text, request.source_language)
            for sentence_index, sentence in enumerate(sentences):
                yield text_index, sentence_index, sentence

    async def reply(self, piece: tuple[int, int, str]) -> TranslateStreamReply:
        text_index, sentence_index, sentence = piece
        reply = TranslateStreamReply(text_index=text_index, sentence_index=sentence_index)
        if text_index in self._call.faults:
            reply.error.CopyFrom(self._call.faults[text_index])
        elif sentence.isspace():
            reply.translation.text = sentence
        else:
            await self._translate(sentence, reply)
        return reply

    async def _translate(self, sentence: str, reply: TranslateStreamReply) -> None:
        started = time.monotonic()
        before, content, after = split_edges(sentence)
        row = await self._calls.send(self._call, [content])
        assert isinstance(row, TranslateReply)
        result = row.results[0]
        self._calls.count_items(self._call.served.name, [result])
        self._calls.set_timing(row, self._call.served.name, started)
        reply.model, reply.model_version = row.model, row.model_version
        reply.timing.CopyFrom(row.timing)
        if result.HasField("error"):
            reply.error.CopyFrom(renumbered(result.error, lambda _: reply.text_index))
        else:
            reply.translation.CopyFrom(_surrounded(result.translation, before, after))


def _surrounded(translation: Translation, before: str, after: str) -> Translation:
    return Translation(text=f"{before}{translation.text}{after}", suspicions=translation.suspicions)
