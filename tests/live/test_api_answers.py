"""Real answers of real models, the same over both protocols."""

from google.rpc.code_pb2 import Code

from salience.errors import ErrorCode
from salience.rpc_status import error_of
from salience.v1.entities_pb2 import Entities
from tests.live.transports.transport import Transport, entities, translate

# Any decent model finds these.
SENTENCE = "Angela Merkel met Barack Obama in London."
FOUND = [("Angela Merkel", "PER"), ("Barack Obama", "PER"), ("London", "LOC")]


def spans(found: Entities) -> list[tuple[str, str]]:
    return [(entity.text, entity.label) for entity in found.entities]


def test_names_are_found_in_each_text_in_order(transport: Transport) -> None:
    reply = entities(transport, SENTENCE, "nothing to see here", "She moved to Paris.")

    found = [spans(result.entities) for result in reply.results]
    assert found == [FOUND, [], [("Paris", "LOC")]]
    assert all(0.5 < entity.score <= 1 for entity in reply.results[0].entities.entities)


def test_texts_are_translated_in_order(transport: Transport) -> None:
    reply = translate(transport, "Good morning.", "The water is cold.", "123")

    morning, water, number = (result.translation for result in reply.results)
    assert "Morgen" in morning.text
    assert "Wasser" in water.text
    assert number.text == "123"
    assert not any(translation.suspicions for translation in (morning, water, number))


def test_a_reply_says_which_model_answered_and_where_the_time_went(transport: Transport) -> None:
    translated = translate(transport, "Good morning.")
    recognized = entities(transport, SENTENCE)

    assert (translated.model, translated.model_version) == ("translation-en-de", "1.0")
    assert (recognized.model, recognized.model_version) == ("entities-en", "1.0")
    for reply in (translated, recognized):
        assert 0 < reply.timing.inference_time.ToNanoseconds() < 30e9
        assert 0 < reply.timing.queue_time.ToNanoseconds() < 30e9


def test_a_model_may_be_named_and_its_languages_left_out(transport: Transport) -> None:
    named = translate(
        transport,
        "Good morning.",
        model="translation-en-de",
        source_language="",
        target_language="",
    )

    assert "Morgen" in named.results[0].translation.text
    assert spans(entities(transport, SENTENCE, language="en").results[0].entities) == FOUND


def test_bad_texts_have_errors_in_their_places_and_the_others_are_served(
    transport: Transport,
) -> None:
    texts = [SENTENCE, "", "x" * 100_001, "She moved to Paris.", " \n\t"]

    recognized = entities(transport, *texts).results
    translated = translate(transport, *texts).results

    assert spans(recognized[0].entities) == FOUND
    assert spans(recognized[3].entities) == [("Paris", "LOC")]
    assert "London" in translated[0].translation.text
    assert "Paris" in translated[3].translation.text
    for results in (recognized, translated):
        assert [result.WhichOneof("outcome") == "error" for result in results] == [
            *(False, True, True, False, True)
        ]
        assert [results[index].error.message for index in (1, 2, 4)] == [
            "the text is empty",
            "the text has 100001 characters; the limit is 100000",
            "the text is empty",
        ]


def test_an_error_of_a_text_names_the_text(transport: Transport) -> None:
    for reply in (
        entities(transport, SENTENCE, ""),
        translate(transport, "Good morning.", ""),
    ):
        error = reply.results[1].error
        assert error.code == Code.INVALID_ARGUMENT
        assert error_of(error).code is ErrorCode.INVALID_INPUT
        assert error_of(error).field == "texts[1]"
