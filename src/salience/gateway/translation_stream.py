"""Documents translated sentence by sentence, each sent on as soon as it is finished."""

from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing
from typing import NamedTuple

from salience.gateway.call_context import CallContext
from salience.gateway.item_calls import AcceptedCall, ItemCalls
from salience.gateway.ordered_answers import in_order
from salience.gateway.status_details import renumbered
from salience.gateway.task_kinds import TRANSLATION
from salience.text.sentences import split_edges, split_sentences
from salience.v1.explanations_pb2 import TextPiece
from salience.v1.translation_pb2 import (
    TranslateReply,
    TranslateRequest,
    TranslateStreamReply,
    Translation,
)


async def translate_stream(
    calls: ItemCalls, request: TranslateRequest, context: CallContext
) -> AsyncGenerator[TranslateStreamReply, None]:
    """One reply per sentence; a text that cannot be served has one error in its place."""
    sentences = _Sentences(calls, calls.accept_stream(TRANSLATION, request, context))
    ahead = calls.settings.stream_rows_ahead
    async with aclosing(in_order(sentences.pieces(), sentences.reply, num_ahead=ahead)) as replies:
        async for reply in replies:
            yield reply


class _Sentence(NamedTuple):
    """Where it is, its first code point in the text included."""

    text_index: int
    sentence_index: int
    start: int
    text: str


class _Sentences:
    def __init__(self, calls: ItemCalls, call: AcceptedCall) -> None:
        self._calls = calls
        self._call = call

    def pieces(self) -> Iterator[_Sentence]:
        request = self._call.request
        assert isinstance(request, TranslateRequest)
        for text_index, text in enumerate(request.texts):
            faulty = text_index in self._call.faults
            sentences = [text] if faulty else split_sentences(text, request.source_language)
            start = 0
            for sentence_index, sentence in enumerate(sentences):
                yield _Sentence(text_index, sentence_index, start, sentence)
                start += len(sentence)

    async def reply(self, piece: _Sentence) -> TranslateStreamReply:
        text_index, sentence_index, _, sentence = piece
        reply = TranslateStreamReply(text_index=text_index, sentence_index=sentence_index)
        if text_index in self._call.faults:
            reply.error.CopyFrom(self._call.faults[text_index])
        elif sentence.isspace():
            reply.translation.text = sentence
        else:
            await self._translate(piece, reply)
        return reply

    async def _translate(self, piece: _Sentence, reply: TranslateStreamReply) -> None:
        before, content, after = split_edges(piece.text)
        row = await self._calls.answer_row(self._call, content)
        assert isinstance(row, TranslateReply)
        [result] = row.results
        reply.model, reply.model_version = row.model, row.model_version
        reply.timing.CopyFrom(row.timing)
        if result.HasField("error"):
            reply.error.CopyFrom(renumbered(result.error, lambda _: reply.text_index))
        else:
            reply.translation.CopyFrom(_surrounded(result.translation, before, after))
            for alignment in reply.translation.alignments:
                _shift(alignment.source, self._before(piece) + before)
                _shift(alignment.target, before)

    def _before(self, piece: _Sentence) -> str:
        request = self._call.request
        assert isinstance(request, TranslateRequest)
        return request.texts[piece.text_index][: piece.start]


def _surrounded(translation: Translation, before: str, after: str) -> Translation:
    surrounded = Translation()
    surrounded.CopyFrom(translation)
    surrounded.text = f"{before}{translation.text}{after}"
    for alternative in surrounded.alternatives:
        alternative.text = f"{before}{alternative.text}{after}"
    return surrounded


def _shift(pieces: Iterable[TextPiece], before: str) -> None:
    """Count from where `before` begins."""
    places, num_bytes = len(before), len(before.encode())
    for piece in pieces:
        piece.start, piece.end = piece.start + places, piece.end + places
        piece.start_byte, piece.end_byte = piece.start_byte + num_bytes, piece.end_byte + num_bytes
