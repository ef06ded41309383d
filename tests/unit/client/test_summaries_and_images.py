import pytest

from salience.client import Client, answers
from salience.client.length_options import LengthOptions
from salience.errors import InputTooLong, InvalidInput, ModelNotReady
from salience.v1.images_pb2 import ClassifyImagesRequest
from salience.v1.summarization_pb2 import SummarizeRequest
from tests.unit.client.fake_service import (
    FakeService,
    running_fake_service,
    shortened,
    weighed,
)


def test_summaries_come_in_the_order_of_the_texts(client: Client) -> None:
    good, bad, other = answers(client.summarize(["one two", "", "three"]))

    assert (good, other) == (shortened("one two"), shortened("three"))
    assert isinstance(bad, InvalidInput)


@pytest.mark.parametrize("length", [{"sentences": 2}, {"words": 9}, {"ratio": 0.5}, {}])
def test_the_length_the_language_and_the_model_travel_with_the_call(
    client: Client, service: FakeService, length: LengthOptions
) -> None:
    client.summarize(["a"], **length, language="en", model="x")
    list(client.summarize_stream(["a"], **length, language="en", model="x"))

    expected = SummarizeRequest(texts=["a"], language="en", model="x")
    for name, value in dict(length).items():
        setattr(expected, name, value)
    assert service.calls == [expected, expected]


def test_two_lengths_at_once_are_refused(client: Client, service: FakeService) -> None:
    with pytest.raises(InvalidInput, match="only one of sentences, ratio"):
        client.summarize(["a"], sentences=1, ratio=0.5)

    assert service.calls == []


def test_the_sentences_of_documents_stream_in_order(client: Client, service: FakeService) -> None:
    service.failures = [ModelNotReady("loading", retry_seconds=0.0)]

    replies = list(client.summarize_stream(["one", "two"]))

    assert [(r.text_index, r.sentence.text) for r in replies] == [(0, "one"), (1, "two")]
    assert len(service.calls) == 2


def test_images_are_classified_in_order(client: Client, service: FakeService) -> None:
    light, bad, heavy = answers(client.classify_images([b"\xff", b"", b"x" * 10], top_k=3))

    assert (light, heavy) == (weighed(b"\xff"), weighed(b"x" * 10))
    assert isinstance(bad, InvalidInput)
    assert service.calls == [ClassifyImagesRequest(images=[b"\xff", b"", b"x" * 10], top_k=3)]


def test_attention_is_asked_for(client: Client) -> None:
    [answer] = answers(client.classify_images([b"x"], explain=True))

    assert answer == weighed(b"x", attention=True)


def test_one_image_is_not_taken_for_many(client: Client) -> None:
    with pytest.raises(TypeError, match="list of images"):
        client.classify_images(b"\xff\xd8")  # type: ignore[arg-type]


def test_a_request_over_the_clients_limit_is_not_even_sent(service: FakeService) -> None:
    with (
        Client(service.target, max_request_bytes=1000) as client,
        pytest.raises(InputTooLong) as raised,
    ):
        client.classify_images([b"x" * 2000])

    assert raised.value.retry_seconds is None
    assert service.calls == []


def test_a_request_over_the_services_limit_is_too_long() -> None:
    with (
        running_fake_service(max_request_bytes=1000) as service,
        Client(service.target) as client,
        pytest.raises(InputTooLong, match="1000"),
    ):
        client.classify_images([b"x" * 2000])
