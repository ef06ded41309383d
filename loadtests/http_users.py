"""What HTTP callers do."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from locust import task
from urllib3 import encode_multipart_formdata

from loadtests.callers_over_http import HttpCaller
from loadtests.checks import (
    check_classes,
    check_entities,
    check_summaries,
    check_translations,
)
from loadtests.load.lengths import mixed_texts
from loadtests.pictures import Picture, read_pictures
from loadtests.sentences import Sentence, endless_groups, read_sentences
from salience.v1.entities_pb2 import RecognizeEntitiesReply
from salience.v1.images_pb2 import ClassifyImagesReply
from salience.v1.summarization_pb2 import SummarizeReply
from salience.v1.translation_pb2 import TranslateReply


class HttpUser(HttpCaller):
    """Asks for the four tasks; most texts are short, and some are long."""

    weight = 4

    def on_start(self) -> None:
        """Choose what to ask about."""
        super().on_start()
        seed = self._seed
        sentences, named = read_sentences("translation"), read_sentences("entities")
        self._to_translate = mixed_texts(sentences, seed=seed)
        self._many_to_translate = endless_groups(sentences, 4, seed=seed)
        self._to_read = mixed_texts(named, seed=seed)
        self._to_summarize = endless_groups(read_sentences("summarization"), 1, seed=seed)
        self._to_look_at = endless_groups(read_pictures(), 1, seed=seed)

    @task(4)
    def translate_one(self) -> None:
        """One text."""
        self._translate([next(self._to_translate)])

    @task(1)
    def translate_many(self) -> None:
        """Several texts in one call."""
        self._translate(next(self._many_to_translate))

    @task(4)
    def recognize_entities_of_one(self) -> None:
        """One text."""
        sentences = [next(self._to_read)]
        body = {"texts": [sentence.text for sentence in sentences]}
        reply = RecognizeEntitiesReply()
        self._post(
            "/v1/entities 1", {"json": body}, reply, lambda: check_entities(reply, sentences)
        )

    @task(1)
    def summarize_one(self) -> None:
        """One document."""
        documents = next(self._to_summarize)
        body = {"texts": [document.text for document in documents], "ratio": 0.2}
        reply = SummarizeReply()
        self._post(
            "/v1/summarize 1",
            {"json": body},
            reply,
            lambda: check_summaries(reply, documents, num_sentences=9),
        )

    @task(1)
    def classify_in_base64(self) -> None:
        """One photo, in JSON."""
        pictures = next(self._to_look_at)
        body = {"images": [b64encode(picture.content).decode() for picture in pictures]}
        self._classify("base64", {"json": body}, pictures)

    @task(1)
    def classify_a_file(self) -> None:
        """One photo, as a form."""
        pictures = next(self._to_look_at)
        files = [("images", ("photo.jpg", picture.content)) for picture in pictures]
        body, content_type = encode_multipart_formdata(files)
        self._classify("form", {"data": body, "headers": {"Content-Type": content_type}}, pictures)

    def _classify(self, form: str, sent: dict[str, Any], pictures: Sequence[Picture]) -> None:
        reply = ClassifyImagesReply()
        name = f"/v1/images:classify {form} {len(pictures)}"
        self._post(name, sent, reply, lambda: check_classes(reply, pictures))

    def _translate(self, sentences: Sequence[Sentence]) -> None:
        body = {
            "texts": [sentence.text for sentence in sentences],
            "source_language": "en",
            "target_language": "de",
        }
        reply = TranslateReply()
        self._post(
            f"/v1/translate {len(sentences)}",
            {"json": body},
            reply,
            lambda: check_translations(reply, sentences),
        )
