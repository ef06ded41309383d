"""Translations searched for as the caller says, over both protocols."""

import json

import pytest
from google.protobuf import json_format

from salience.v1.translation_pb2 import TranslateStreamReply, Translation
from salience.v1.translation_pb2_grpc import TranslationServiceStub
from tests.live.transports.over_grpc import Grpc
from tests.live.transports.over_http import Http
from tests.live.transports.transport import Transport, failure_of, translate, translate_request

TEXT = "Good morning.  The weather is nice today. \n"


def only_translation(transport: Transport, text: str, **options: float) -> Translation:
    [result] = translate(transport, text, **options).results
    assert result.HasField("translation")
    return result.translation


def test_alternatives_are_other_translations_and_less_probable(transport: Transport) -> None:
    sentence = "The weather is nice today."
    found = only_translation(transport, sentence, beam_size=6, num_alternatives=4)

    texts = [found.text, *(alternative.text for alternative in found.alternatives)]
    scores = [found.score, *(alternative.score for alternative in found.alternatives)]
    assert len(set(texts)) == 5
    assert sum("Wetter" in text for text in texts) >= 3
    assert scores == sorted(scores, reverse=True)
    assert -10 < scores[-1] < scores[0] < 0


def test_alternatives_keep_the_white_space_and_what_is_not_translated(transport: Transport) -> None:
    found = only_translation(transport, f"1, 2\n{TEXT}", beam_size=4, num_alternatives=2)

    assert len(found.alternatives) == 2
    for text in (found.text, *(alternative.text for alternative in found.alternatives)):
        assert text.startswith("1, 2\n")
        assert text.endswith(" \n")


def test_a_text_has_no_alternatives_unless_they_are_asked_for(transport: Transport) -> None:
    found = only_translation(transport, TEXT, beam_size=4)

    assert not found.alternatives
    assert -10 < found.score < 0


def test_greedy_search_knows_no_length_penalty(transport: Transport) -> None:
    one = only_translation(transport, TEXT, beam_size=1)
    other = only_translation(transport, TEXT, beam_size=1, length_penalty=2.0)

    assert one.text == other.text
    assert one.score == pytest.approx(other.score, abs=1e-5)


def test_calls_with_different_options_at_once_get_each_their_own(transport: Transport) -> None:
    texts = [TEXT] * 8

    plain = translate(transport, *texts, beam_size=1).results
    wide = translate(transport, *texts, beam_size=4, num_alternatives=3).results

    assert {len(result.translation.alternatives) for result in plain} == {0}
    assert {len(result.translation.alternatives) for result in wide} == {3}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"beam_size": 9}, "beam_size is 9; it may be from 1 to 8"),
        (
            {"beam_size": 2, "num_alternatives": 2},
            "num_alternatives is 2; with a beam of 2 it may be up to 1",
        ),
        ({"length_penalty": 3.0}, "length_penalty is 3; it may be from 0 to 2"),
        ({"length_penalty": float("nan")}, "length_penalty is nan; it may be from 0 to 2"),
    ],
)
def test_an_option_out_of_range_is_refused_alike_with_its_limit(
    over_grpc: Grpc, over_http: Http, options: dict[str, float], message: str
) -> None:
    request = translate_request(TEXT, **options)

    refused = failure_of(over_grpc, request)

    assert (refused.code, refused.reason) == ("INVALID_ARGUMENT", "INVALID_INPUT")
    assert refused.violations == ((message.split()[0], message),)
    assert failure_of(over_http, request) == refused


def test_more_alternatives_than_the_models_own_beam_has_are_refused_alike(
    over_grpc: Grpc, over_http: Http
) -> None:
    request = translate_request(TEXT, "Good night.", num_alternatives=7)

    refused = failure_of(over_grpc, request)

    assert (refused.code, refused.fields) == ("INVALID_ARGUMENT", ["num_alternatives"])
    assert failure_of(over_http, request) == refused


def test_every_sentence_of_a_stream_has_its_alternatives(over_grpc: Grpc, over_http: Http) -> None:
    request = translate_request(TEXT, beam_size=4, num_alternatives=2)
    stub = TranslationServiceStub(over_grpc.channel)
    body = json.dumps(json_format.MessageToDict(request, preserving_proto_field_name=True))

    by_grpc = list(stub.TranslateStream(request, timeout=60))
    streamed = over_http.send("POST", "/v1/translate:stream", body.encode()).body.decode()

    lines = [line.removeprefix("data: ") for line in streamed.split("\n") if "text_index" in line]
    by_http = [json_format.Parse(line, TranslateStreamReply()) for line in lines]
    assert len(by_grpc) == len(by_http) == 2
    for reply in (*by_grpc, *by_http):
        assert len(reply.translation.alternatives) == 2
        for alternative in reply.translation.alternatives:
            after = reply.translation.text[len(reply.translation.text.rstrip()) :]
            assert alternative.text.endswith(after)
