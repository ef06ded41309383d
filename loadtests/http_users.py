"""What HTTP callers do."""

from collections.abc import Callable, Sequence
from itertools import count
from typing import TypeVar

from google.protobuf.json_format import Parse, ParseError
from google.protobuf.message import Message
from locust import FastHttpUser, between, task

from loadtests.checks import WrongAnswer, check_entities, check_translations
from loadtests.sentences import Sentence, endless_groups
from salience.v1.entities_pb2 import RecognizeEntitiesReply
from salience.v1.translation_pb2 import TranslateReply

Reply = TypeVar("Reply", bound=Message)
_seeds = count(start=1000)


class HttpUser(FastHttpUser):
    """Sends JSON over connections that stay open."""

    host = "http://localhost:8000"
    wait_time = between(0.0, 0.1)

    def on_start(self) -> None:
        """Choose what to ask about."""
        seed = next(_seeds)
        self._to_translate = endless_groups("translation", 1, seed=seed)
        self._many_to_translate = endless_groups("translation", 4, seed=seed)
        self._to_read = endless_groups("entities", 1, seed=seed)

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
        self._post("/v1/entities", body, RecognizeEntitiesReply(), check_entities, sentences)

    def _translate(self, sentences: Sequence[Sentence]) -> None:
        body = {
            "texts": [sentence.text for sentence in sentences],
            "source_language": "en",
            "target_language": "de",
        }
        self._post("/v1/translate", body, TranslateReply(), check_translations, sentences)

    def _post(
        self,
        path: str,
        body: object,
        reply: Reply,
        check: Callable[[Reply, Sequence[Sentence]], None],
        sentences: Sequence[Sentence],
    ) -> None:
        name = f"{path} {len(sentences)}"
        with self.client.post(path, json=body, name=name, catch_response=True) as response:
            if response.status_code != 200:
                response.failure(f"status {response.status_code}: {response.text}")
                return
            try:
                check(Parse(response.content, reply), sentences)
            except (WrongAnswer, ParseError) as error:
                response.failure(str(error))
