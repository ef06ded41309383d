"""What gRPC callers ask besides the four tasks."""

from functools import partial
from itertools import count, cycle
from typing import Any

from google.protobuf.message import Message
from locust import task

from loadtests.callers_over_grpc import GrpcCaller
from loadtests.connections import grpc_channel
from loadtests.load.lengths import mixed_texts
from loadtests.other_checks import check_boxes, check_listed, check_painted, check_results
from loadtests.pictures import read_pictures
from loadtests.sentences import read_sentences
from salience.client.identity import Identity
from salience.v1.models_pb2 import Task
from salience.v1.open_inference.inference_pb2 import (
    InferTensorContents,
    ModelInferRequest,
    ModelMetadataRequest,
)
from salience.v1.open_inference.inference_pb2_grpc import GRPCInferenceServiceStub

_TIMEOUT_SECONDS = 30.0


class OtherGrpcUser(GrpcCaller):
    """Asks for models, by the Open Inference Protocol, and for served demonstrations."""

    def on_start(self) -> None:
        """Find out what is served."""
        super().on_start()
        identity = Identity()
        self._channel = grpc_channel(self._target, identity)
        self._inference: Any = GRPCInferenceServiceStub(self._channel)
        self._metadata = tuple(identity.headers.items())
        self._texts = mixed_texts(read_sentences("entities"), seed=self._seed)
        self._pictures = cycle(read_pictures())
        self._seeds = count(self._seed)
        self._served: dict[int, str] = {}
        self.list_models()

    def on_stop(self) -> None:
        """Disconnect."""
        super().on_stop()
        self._channel.close()

    @task(2)
    def list_models(self) -> None:
        """All of them."""

        def listed() -> None:
            models = self._client.list_models()
            check_listed(models)
            self._served = {model.task: model.name for model in models}

        self._measure("ListModels", listed)

    @task(2)
    def get_model(self) -> None:
        """One that is served."""
        if name := self._served.get(Task.TASK_ENTITIES):
            self._measure("GetModel", lambda: check_listed([self._client.get_model(name)]))

    @task(2)
    def model_metadata(self) -> None:
        """The same by the Open Inference Protocol."""
        if name := self._served.get(Task.TASK_ENTITIES):
            ask = partial(self._infers, "ModelMetadata", ModelMetadataRequest(name=name))
            self._measure("ModelMetadata", ask)

    @task(4)
    def infer(self) -> None:
        """The names in a text, by that protocol."""
        contents = InferTensorContents(bytes_contents=[next(self._texts).text.encode()])
        tensor = ModelInferRequest.InferInputTensor(
            name="texts", datatype="BYTES", shape=[1], contents=contents
        )

        def infer(request: ModelInferRequest) -> None:
            reply = self._infers("ModelInfer", request)
            check_results(reply.outputs[0].contents.bytes_contents, 1)

        if name := self._served.get(Task.TASK_ENTITIES):
            request = ModelInferRequest(model_name=name, inputs=[tensor])
            self._measure("ModelInfer 1", partial(infer, request))

    @task(1)
    def detect_objects(self) -> None:
        """In a photo, which need not have any."""
        picture = next(self._pictures).content
        if Task.TASK_OBJECT_DETECTION in self._served:
            self._measure(
                "DetectObjects 1", lambda: check_boxes(self._client.detect_objects([picture]), 1)
            )

    @task(1)
    def generate_images(self) -> None:
        """Of two seeds."""
        seeds = [next(self._seeds), next(self._seeds)]
        if Task.TASK_IMAGE_GENERATION in self._served:
            self._measure(
                "GenerateImages 2", lambda: check_painted(self._client.generate_images(seeds), 2)
            )

    def _infers(self, method: str, request: Message) -> Any:
        call = getattr(self._inference, method)
        return call(request, timeout=_TIMEOUT_SECONDS, metadata=self._metadata)
