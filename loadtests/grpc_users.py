"""What gRPC callers do."""

import time
from collections.abc import Callable

from locust import User, between, task

from loadtests.checks import (
    WrongAnswer,
    check_classes,
    check_entities,
    check_stream,
    check_summaries,
    check_summary_stream,
    check_translations,
)
from loadtests.greenlets import wait_in_greenlets
from loadtests.load.seeds import next_seed
from loadtests.pictures import read_pictures
from loadtests.sentences import endless_groups, read_sentences
from salience.client import RetryPolicy
from salience.client.identity import Identity
from salience.errors import ServingError

wait_in_greenlets()

ONCE = RetryPolicy(max_attempts=1)


class GrpcUser(User):
    """Calls through our own client, without its retries."""

    wait_time = between(0.0, 0.1)

    def on_start(self) -> None:
        """Connect, each user on its own."""
        seed = next_seed(self.environment)
        target = self.environment.parsed_options.grpc_target
        self._client = Identity().client(target, retries=ONCE)
        sentences, named = read_sentences("translation"), read_sentences("entities")
        self._to_translate = endless_groups(sentences, 1, seed=seed)
        self._document = endless_groups(sentences, 4, seed=seed)
        self._to_read = endless_groups(named, 1, seed=seed)
        self._many_to_read = endless_groups(named, 8, seed=seed)
        self._to_summarize = endless_groups(read_sentences("summarization"), 2, seed=seed)
        self._to_look_at = endless_groups(read_pictures(), 2, seed=seed)

    def on_stop(self) -> None:
        """Disconnect."""
        self._client.close()

    @task(4)
    def translate_one(self) -> None:
        """One sentence."""
        sentences = next(self._to_translate)
        texts = [sentence.text for sentence in sentences]
        self._measure(
            "Translate 1",
            lambda: check_translations(self._client.translate(texts), sentences),
        )

    @task(1)
    def translate_stream(self) -> None:
        """Several texts, each as soon as it is ready."""
        sentences = next(self._document)
        texts = [sentence.text for sentence in sentences]
        self._measure(
            "TranslateStream 4",
            lambda: check_stream(list(self._client.translate_stream(texts)), sentences),
        )

    @task(4)
    def recognize_entities_of_one(self) -> None:
        """One sentence."""
        sentences = next(self._to_read)
        texts = [sentence.text for sentence in sentences]
        self._measure(
            "RecognizeEntities 1",
            lambda: check_entities(self._client.recognize_entities(texts), sentences),
        )

    @task(2)
    def recognize_entities_of_many(self) -> None:
        """A batch of sentences."""
        sentences = next(self._many_to_read)
        texts = [sentence.text for sentence in sentences]
        self._measure(
            "RecognizeEntities 8",
            lambda: check_entities(self._client.recognize_entities(texts), sentences),
        )

    @task(1)
    def summarize(self) -> None:
        """Two documents."""
        documents = next(self._to_summarize)
        texts = [document.text for document in documents]
        self._measure(
            "Summarize 2",
            lambda: check_summaries(
                self._client.summarize(texts, sentences=2), documents, num_sentences=2
            ),
        )

    @task(1)
    def summarize_stream(self) -> None:
        """Two documents, each as soon as it has been read."""
        documents = next(self._to_summarize)
        texts = [document.text for document in documents]
        self._measure(
            "SummarizeStream 2",
            lambda: check_summary_stream(
                list(self._client.summarize_stream(texts, sentences=3)), documents, num_sentences=3
            ),
        )

    @task(2)
    def classify_images(self) -> None:
        """Two photos."""
        pictures = next(self._to_look_at)
        contents = [picture.content for picture in pictures]
        self._measure(
            "ClassifyImages 2",
            lambda: check_classes(self._client.classify_images(contents), pictures),
        )

    def _measure(self, name: str, call_and_check: Callable[[], None]) -> None:
        started = time.perf_counter()
        failure: Exception | None = None
        try:
            call_and_check()
        except (ServingError, WrongAnswer) as error:
            failure = error
        self.environment.events.request.fire(
            request_type="gRPC",
            name=name,
            response_time=(time.perf_counter() - started) * 1000,
            response_length=0,
            exception=failure,
        )
