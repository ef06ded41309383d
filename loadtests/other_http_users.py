"""What HTTP callers ask besides the four tasks: streams too, which are events there."""

import json
from base64 import b64encode
from collections.abc import Iterator
from itertools import count, cycle
from typing import TypeVar

from google.protobuf.json_format import Parse
from google.protobuf.message import Message
from locust import task

from loadtests.callers_over_http import HttpCaller
from loadtests.checks import WrongAnswer, check_stream, check_summary_stream
from loadtests.load.lengths import mixed_texts
from loadtests.other_checks import check_boxes, check_listed, check_painted, check_results
from loadtests.pictures import read_pictures
from loadtests.sentences import endless_groups, read_sentences
from salience.v1.images_pb2 import DetectObjectsReply, GenerateImagesReply
from salience.v1.models_pb2 import ListModelsReply, Model, Task
from salience.v1.open_inference.inference_pb2 import ModelMetadataResponse
from salience.v1.summarization_pb2 import SummarizeStreamReply
from salience.v1.translation_pb2 import TranslateStreamReply

Reply = TypeVar("Reply", bound=Message)


class OtherHttpUser(HttpCaller):
    """Asks for models, streams, by the Open Inference Protocol, and for served demonstrations."""

    def on_start(self) -> None:
        """Find out what is served."""
        super().on_start()
        self._document = endless_groups(read_sentences("translation"), 4, seed=self._seed)
        self._to_summarize = endless_groups(read_sentences("summarization"), 2, seed=self._seed)
        self._texts = mixed_texts(read_sentences("entities"), seed=self._seed)
        self._pictures = cycle(read_pictures())
        self._seeds = count(self._seed)
        self._served: dict[int, str] = {}
        self.list_models()

    @task(2)
    def list_models(self) -> None:
        """All of them."""

        def listed(body: bytes) -> None:
            models = Parse(body, ListModelsReply()).models
            check_listed(models)
            self._served = {model.task: model.name for model in models}

        self._ask("GET", "/v1/models", {}, listed)

    @task(2)
    def get_model(self) -> None:
        """One that is served."""
        if name := self._served.get(Task.TASK_ENTITIES):
            model = Model()
            self._ask(
                "GET", f"/v1/models/{name}", {}, lambda body: check_listed([Parse(body, model)])
            )

    @task(2)
    def model_metadata(self) -> None:
        """The same by the Open Inference Protocol."""
        if name := self._served.get(Task.TASK_ENTITIES):
            reply = ModelMetadataResponse()
            self._ask("GET", f"/v2/models/{name}", {}, lambda body: Parse(body, reply))

    @task(4)
    def infer(self) -> None:
        """The names in a text, by that protocol."""
        tensor = {"name": "texts", "datatype": "BYTES", "shape": [1]}
        body = {"inputs": [{**tensor, "data": [next(self._texts).text]}]}
        if name := self._served.get(Task.TASK_ENTITIES):
            self._ask("POST", f"/v2/models/{name}/infer", {"json": body}, _check_inferred)

    @task(1)
    def translate_stream(self) -> None:
        """Several texts, each sentence as soon as it is ready."""
        sentences = next(self._document)
        body = {
            "texts": [sentence.text for sentence in sentences],
            "source_language": "en",
            "target_language": "de",
        }
        self._ask(
            "POST",
            "/v1/translate:stream 4",
            {"json": body},
            lambda sent: check_stream(list(_events(sent, TranslateStreamReply)), sentences),
        )

    @task(1)
    def summarize_stream(self) -> None:
        """Two documents, each as soon as it has been read."""
        documents = next(self._to_summarize)
        body = {"texts": [document.text for document in documents], "sentences": 3}

        def check(sent: bytes) -> None:
            replies = list(_events(sent, SummarizeStreamReply))
            check_summary_stream(replies, documents, num_sentences=3)

        self._ask("POST", "/v1/summarize:stream 2", {"json": body}, check)

    @task(1)
    def detect_objects(self) -> None:
        """In a photo, which need not have any."""
        body = {"images": [b64encode(next(self._pictures).content).decode()]}
        reply = DetectObjectsReply()
        if Task.TASK_OBJECT_DETECTION in self._served:
            self._post("/v1/images:detect 1", {"json": body}, reply, lambda: check_boxes(reply, 1))

    @task(1)
    def generate_images(self) -> None:
        """Of two seeds."""
        body = {"seeds": [next(self._seeds), next(self._seeds)]}
        reply = GenerateImagesReply()
        if Task.TASK_IMAGE_GENERATION in self._served:
            self._post(
                "/v1/images:generate 2", {"json": body}, reply, lambda: check_painted(reply, 2)
            )


def _check_inferred(body: bytes) -> None:
    outputs = json.loads(body)["outputs"]
    check_results(outputs[0]["data"], 1)


def _events(stream: bytes, kind: type[Reply]) -> Iterator[Reply]:
    """The replies of a stream that was read to its end."""
    *events, last = stream.decode().strip().split("\n\n")
    if not last.startswith("event: done\n"):
        raise WrongAnswer(f"the stream ends with {last!r}")
    for event in events:
        yield Parse(event.partition("\ndata: ")[2], kind())
