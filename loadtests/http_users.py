"""What HTTP callers do."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from typing import Any

from google.protobuf.json_format import Parse, ParseError
from google.protobuf.message import Message
from locust import FastHttpUser, between, task
from urllib3 import encode_multipart_formdata

from loadtests.checks import (
    WrongAnswer,
    check_classes,
    check_entities,
    check_summaries,
    check_translations,
)
from loadtests.connections import http_url
from loadtests.load.seeds import next_seed
from loadtests.pictures import Picture, read_pictures
from loadtests.sentences import Sentence, endless_groups, read_sentences
from salience.client.identity import Identity
from salience.v1.entities_pb2 import RecognizeEntitiesReply
from salience.v1.images_pb2 import ClassifyImagesReply
from salience.v1.summarization_pb2 import SummarizeReply
from salience.v1.translation_pb2 import TranslateReply

_identity = Identity()


class HttpUser(FastHttpUser):
    """Sends JSON over connections that stay open."""

    host = http_url("localhost:8000", _identity)
    insecure = False
    ssl_context_factory = _identity.tls.ssl_context if _identity.tls else None
    default_headers = _identity.headers
    wait_time = between(0.0, 0.1)

    def on_start(self) -> None:
        """Choose what to ask about."""
        seed = next_seed(self.environment)
        sentences, named = read_sentences("translation"), read_sentences("entities")
        self._to_translate = endless_groups(sentences, 1, seed=seed)
        self._many_to_translate = endless_groups(sentences, 4, seed=seed)
        self._to_read = endless_groups(named, 1, seed=seed)
        self._to_summarize = endless_groups(read_sentences("summarization"), 1, seed=seed)
        self._to_look_at = endless_groups(read_pictures(), 1, seed=seed)

    @task(4)
    def translate_one(self) -> None:
        """One sentence."""
        self._translate(next(self._to_translate))

    @task(1)
    def translate_many(self) -> None:
        """Several texts in one call."""
        self._translate(next(self._many_to_translate))

    @task(4)
    def recognize_entities_of_one(self) -> None:
        """One sentence."""
        sentences = next(self._to_read)
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

    def _post(
        self, name: str, sent: dict[str, Any], reply: Message, check: Callable[[], None]
    ) -> None:
        """Send to the path that the name begins with, read into `reply`, and check that."""
        path = name.partition(" ")[0]
        with self.client.post(path, name=name, catch_response=True, **sent) as response:
            if response.status_code != 200:
                response.failure(f"status {response.status_code}: {response.text}")
                return
            try:
                Parse(response.content, reply)
                check()
            except (WrongAnswer, ParseError) as error:
                response.failure(str(error))
