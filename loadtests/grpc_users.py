"""What gRPC callers do."""

from locust import task

from loadtests.callers_over_grpc import GrpcCaller
from loadtests.checks import (
    check_classes,
    check_entities,
    check_stream,
    check_summaries,
    check_summary_stream,
    check_translations,
)
from loadtests.load.lengths import mixed_texts
from loadtests.pictures import read_pictures
from loadtests.sentences import endless_groups, read_sentences


class GrpcUser(GrpcCaller):
    """Asks for the four tasks; most texts are short, and some are long."""

    weight = 4

    def on_start(self) -> None:
        """Choose what to ask about."""
        super().on_start()
        seed = self._seed
        sentences, named = read_sentences("translation"), read_sentences("entities")
        self._to_translate = mixed_texts(sentences, seed=seed)
        self._document = endless_groups(sentences, 4, seed=seed)
        self._to_read = mixed_texts(named, seed=seed)
        self._many_to_read = endless_groups(named, 8, seed=seed)
        self._to_summarize = endless_groups(read_sentences("summarization"), 2, seed=seed)
        self._to_look_at = endless_groups(read_pictures(), 2, seed=seed)

    @task(4)
    def translate_one(self) -> None:
        """One text."""
        sentences = [next(self._to_translate)]
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
        """One text."""
        sentences = [next(self._to_read)]
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
