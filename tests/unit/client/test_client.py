import subprocess
import sys

import pytest

from salience.client import Client, answers
from salience.errors import (
    InputTooLong,
    InternalError,
    InvalidInput,
    ModelNotFound,
    ModelNotReady,
    Overloaded,
    ServingError,
)
from tests.unit.client.fake_service import (
    MODEL,
    FakeService,
    capitalized,
    running_fake_service,
    shouted,
)


def test_translations_come_in_the_order_of_the_texts(client: Client) -> None:
    reply = client.translate(["good morning", "good night"])

    assert answers(reply) == [shouted("good morning"), shouted("good night")]


def test_the_languages_and_the_model_travel_with_the_call(
    client: Client, service: FakeService
) -> None:
    client.translate(["ja"], source_language="de", target_language="en", model="shouting")

    (request,) = service.calls
    assert (request.source_language, request.target_language) == ("de", "en")
    assert request.model == "shouting"


def test_how_to_search_travels_with_the_call(client: Client, service: FakeService) -> None:
    client.translate(["ja"], beam_size=4, num_alternatives=3, length_penalty=0.0)
    list(client.translate_stream(["ja"], beam_size=4, num_alternatives=3, length_penalty=0.0))

    for request in service.calls:
        assert (request.beam_size, request.num_alternatives) == (4, 3)
        assert request.HasField("length_penalty")
        assert request.length_penalty == 0.0


def test_where_the_model_looked_is_asked_for(client: Client) -> None:
    [translation] = answers(client.translate(["ja"], explain=True))
    [entities] = answers(client.recognize_entities(["Ada"], explain=True))

    assert translation == shouted("ja", explain=True)
    assert entities == capitalized("Ada", explain=True)


def test_how_to_search_is_left_to_the_model_unless_it_is_said(
    client: Client, service: FakeService
) -> None:
    client.translate(["ja"])

    (request,) = service.calls
    assert (request.beam_size, request.num_alternatives) == (0, 0)
    assert not request.HasField("length_penalty")


def test_a_bad_item_is_an_error_among_the_answers(client: Client) -> None:
    good, bad = answers(client.recognize_entities(["Ada was here", ""]))

    assert good == capitalized("Ada was here")
    assert isinstance(bad, InvalidInput)
    assert bad.message == "the text is empty"


def test_sentences_stream_in_order(client: Client) -> None:
    replies = list(client.translate_stream(["one", "two"]))

    assert [reply.translation.text for reply in replies] == ["ONE", "TWO"]


def test_an_empty_stream_is_empty(client: Client) -> None:
    assert list(client.translate_stream([])) == []


def test_a_stream_that_breaks_is_not_started_again(client: Client, service: FakeService) -> None:
    service.failures = [ModelNotReady("restarting", retry_seconds=0.0)]

    replies = client.translate_stream(["one", "break"])

    assert next(replies).translation.text == "ONE"
    with pytest.raises(ModelNotReady):
        next(replies)
    assert len(service.calls) == 1


def test_a_stream_is_retried_until_its_first_sentence(client: Client, service: FakeService) -> None:
    service.failures = [ModelNotReady("loading", retry_seconds=0.0)]

    assert [reply.translation.text for reply in client.translate_stream(["one"])] == ["ONE"]
    assert len(service.calls) == 2


def test_models_are_listed_and_found_by_name(client: Client) -> None:
    assert client.list_models() == [MODEL]
    assert client.get_model("shouting") == MODEL


def test_an_error_keeps_its_kind_its_message_and_its_field(client: Client) -> None:
    with pytest.raises(ModelNotFound, match="no model is named 'nobody'") as raised:
        client.get_model("nobody")

    assert raised.value.field == "name"


@pytest.mark.parametrize("kind", [ModelNotReady, Overloaded])
def test_an_error_that_says_retry_is_retried(
    client: Client, service: FakeService, kind: type[ServingError]
) -> None:
    service.failures = [kind("later", retry_seconds=0.001), kind("later", retry_seconds=0.0)]

    assert answers(client.translate(["hello"])) == [shouted("hello")]
    assert len(service.calls) == 3


def test_retries_are_bounded(client: Client, service: FakeService) -> None:
    service.failures = [Overloaded("later", retry_seconds=0.0)] * 5

    with pytest.raises(Overloaded):
        client.translate(["hello"])
    assert len(service.calls) == 3


@pytest.mark.parametrize("error", [InputTooLong("too long"), InternalError("broken")])
def test_a_final_error_is_not_retried(
    client: Client, service: FakeService, error: ServingError
) -> None:
    service.failures = [error]

    with pytest.raises(type(error)):
        client.translate(["hello"])
    assert len(service.calls) == 1


def test_a_text_that_has_no_utf8_form_is_refused_with_its_place(client: Client) -> None:
    with pytest.raises(InvalidInput, match="surrogates") as raised:
        client.translate(["fine", "broken \ud800"])

    assert raised.value.field == "texts[1]"


def test_one_text_is_not_taken_for_many(client: Client) -> None:
    with pytest.raises(TypeError, match="list of texts"):
        client.translate("hello")


def test_nobody_listening_is_a_retriable_error() -> None:
    unreachable = pytest.raises(ModelNotReady, match="cannot be reached")

    with Client("127.0.0.1:1", timeout_seconds=2.0) as client, unreachable as raised:
        client.list_models()

    assert raised.value.retry_seconds == 0.0


def test_the_client_never_imports_torch() -> None:
    program = "import sys, salience.client; sys.exit('torch' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_key_goes_with_every_call() -> None:
    with running_fake_service() as service, Client(service.target, api_key="k") as client:
        client.translate(["a"])
        list(client.translate_stream(["a"]))

    assert service.authorizations == ["Bearer k", "Bearer k"]
