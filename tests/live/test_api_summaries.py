"""Summaries of real documents, over both protocols, whole and as streams."""

import json
from typing import Any

import grpc
import pytest
from google.protobuf import json_format

from loadtests.sentences import read_sentences
from salience.v1.summarization_pb2 import (
    SummarizeReply,
    SummarizeRequest,
    SummarizeStreamReply,
    Summary,
)
from salience.v1.summarization_pb2_grpc import SummarizationServiceStub
from tests.live.transports.over_grpc import Grpc
from tests.live.transports.over_http import Http, HttpReply, http_failure
from tests.live.transports.transport import Transport, failure_of, summarize

DOCUMENTS = [document.text for document in read_sentences("summarization")[:4]]
UNICODE = "Die Brücke ist gesperrt 😀. Repairs take until May.\n\n\tUse the ferry — it is free."
LONG = " ".join(DOCUMENTS) * 40
STREAM_PATH = "/v1/summarize:stream"


def streamed(transport: Transport, *texts: str, **fields: Any) -> list[SummarizeStreamReply]:
    request = SummarizeRequest(texts=texts, **fields)
    if isinstance(transport, Grpc):
        stub = SummarizationServiceStub(transport.channel)
        return list(stub.SummarizeStream(request, timeout=60))
    assert isinstance(transport, Http)
    reply = post(transport, request)
    assert (reply.status, reply.headers["content-type"]) == (200, "text/event-stream")
    blocks = [block.split("\n") for block in reply.body.decode().strip().split("\n\n")]
    assert blocks.pop() == ["event: done", "data: {}"]
    assert {name for name, _ in blocks} == {"event: sentence"}
    data = [json.loads(line.removeprefix("data: ")) for _, line in blocks]
    return [json_format.ParseDict(one, SummarizeStreamReply()) for one in data]


def post(over_http: Http, request: SummarizeRequest) -> HttpReply:
    fields = json_format.MessageToDict(request, preserving_proto_field_name=True)
    return over_http.send("POST", STREAM_PATH, json.dumps(fields).encode())


def assert_is_made_of(summary: Summary, text: str) -> None:
    """Its sentences are the text's own, in order, at their places."""
    in_bytes = text.encode()
    indexes = [sentence.index for sentence in summary.sentences]
    assert indexes == sorted(set(indexes))
    for sentence in summary.sentences:
        assert text[sentence.start : sentence.end] == sentence.text
        assert in_bytes[sentence.start_byte : sentence.end_byte].decode() == sentence.text
        assert 0 <= sentence.score <= 1
    assert summary.text == " ".join(sentence.text for sentence in summary.sentences)


def test_a_summary_is_made_of_the_texts_own_sentences(transport: Transport) -> None:
    texts = [*DOCUMENTS, UNICODE]

    reply = summarize(transport, *texts)

    assert (reply.model, reply.model_version) == ("summarization-en", "1.0")
    assert 0 < reply.timing.inference_time.ToNanoseconds() < 30e9
    for result, text in zip(reply.results, texts, strict=True):
        assert_is_made_of(result.summary, text)
        assert 0 < len(result.summary.text) < len(text)
        assert not result.summary.unsupported


def test_a_summary_is_as_long_as_was_asked_for(transport: Transport) -> None:
    text = DOCUMENTS[0]

    two = summarize(transport, text, sentences=2).results[0].summary
    short = summarize(transport, text, words=40).results[0].summary
    whole = summarize(transport, text, ratio=1.0).results[0].summary

    assert len(two.sentences) == 2
    assert len(short.sentences) == 1 or len(short.text.split()) <= 40
    assert len(whole.text.split()) == len(text.split())


def test_a_long_document_is_read_to_its_end(over_grpc: Grpc) -> None:
    assert 50_000 < len(LONG) < 200_000

    summary = summarize(over_grpc, LONG, sentences=5).results[0].summary

    assert len(summary.sentences) == 5
    assert_is_made_of(summary, LONG)


def test_bad_texts_have_errors_in_their_places(transport: Transport) -> None:
    results = summarize(transport, DOCUMENTS[0], "", " \n", DOCUMENTS[1]).results

    assert [r.WhichOneof("outcome") for r in results] == ["summary", "error", "error", "summary"]
    assert results[1].error.message == "the text is empty"


def test_a_stream_has_the_sentences_of_each_summary_in_order(transport: Transport) -> None:
    texts = [DOCUMENTS[0], "", DOCUMENTS[1]]

    replies = streamed(transport, *texts, sentences=2)

    assert [(r.text_index, r.WhichOneof("outcome")) for r in replies] == [
        *((0, "sentence"), (0, "sentence"), (1, "error"), (2, "sentence"), (2, "sentence"))
    ]
    together = summarize(transport, *texts, sentences=2).results
    for index in (0, 2):
        chosen = [r.sentence.text for r in replies if r.text_index == index]
        assert chosen == [one.text for one in together[index].summary.sentences]
    assert (replies[0].model, replies[0].model_version) == ("summarization-en", "1.0")


def test_a_model_that_writes_its_own_words_answers_by_name_and_does_not_stream(
    over_grpc: Grpc, over_http: Http
) -> None:
    request = SummarizeRequest(texts=[DOCUMENTS[0]], model="headline-en")

    replies: list[SummarizeReply] = [
        transport.call(request, SummarizeReply) for transport in (over_grpc, over_http)
    ]
    for reply in replies:
        assert reply.model == "headline-en"
        assert reply.results[0].summary.text
        assert not reply.results[0].summary.sentences
    refused = http_failure(post(over_http, request))
    assert (refused.code, refused.fields) == ("INVALID_ARGUMENT", ["model"])
    with pytest.raises(grpc.RpcError) as raised:
        streamed(over_grpc, DOCUMENTS[0], model="headline-en")
    assert raised.value.code() is grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize("path", ["/v1/summarize", STREAM_PATH])
def test_two_lengths_at_once_are_refused(over_http: Http, path: str) -> None:
    body = {"texts": DOCUMENTS[:1], "words": 9, "ratio": 0.5}

    failure = http_failure(over_http.send("POST", path, json.dumps(body).encode()))

    assert failure.message == "give only one of sentences, words, ratio"


@pytest.mark.parametrize("length", [{"sentences": 0}, {"words": 0}, {"ratio": 2.0}])
def test_a_length_that_no_summary_has_is_refused(
    transport: Transport, length: dict[str, Any]
) -> None:
    failure = failure_of(transport, SummarizeRequest(texts=DOCUMENTS[:1], **length))

    assert (failure.code, failure.fields) == ("INVALID_ARGUMENT", [*length])
