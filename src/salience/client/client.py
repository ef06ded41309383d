"""Calls the gateway over gRPC."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Self, Unpack

import grpc

from salience.client.calls import Calls
from salience.client.client_tls import ClientTls
from salience.client.length_options import LengthOptions
from salience.client.requests import checked_images, checked_texts, only_length
from salience.client.retries import RetryPolicy
from salience.client.search_options import SearchOptions
from salience.v1.entities_pb2 import RecognizeEntitiesReply, RecognizeEntitiesRequest
from salience.v1.entities_pb2_grpc import EntityServiceStub
from salience.v1.images_pb2 import (
    ClassifyImagesReply,
    ClassifyImagesRequest,
    DetectObjectsReply,
    DetectObjectsRequest,
    GenerateImagesReply,
    GenerateImagesRequest,
)
from salience.v1.images_pb2_grpc import ImageServiceStub
from salience.v1.models_pb2 import GetModelRequest, ListModelsReply, ListModelsRequest, Model
from salience.v1.models_pb2_grpc import ModelServiceStub
from salience.v1.summarization_pb2 import (
    SummarizeReply,
    SummarizeRequest,
    SummarizeStreamReply,
)
from salience.v1.summarization_pb2_grpc import SummarizationServiceStub
from salience.v1.translation_pb2 import TranslateReply, TranslateRequest, TranslateStreamReply
from salience.v1.translation_pb2_grpc import TranslationServiceStub

MAX_REQUEST_BYTES = 32 * 2**20
"""As much as a service takes by default; a larger request is not even sent."""
MAX_REPLY_BYTES = 16 * 2**20
BALANCED = '{"loadBalancingConfig": [{"round_robin": {}}]}'
"""The service config by which calls take turns over the addresses of a target."""


class Client:
    """A connection to a running service.

        with Client() as client:
            reply = client.translate(["Good morning."])

    Calls take turns over the addresses of `target`, a name of gRPC's: `dns:///salience:8001`
    for all that a name resolves to, `ipv4:10.0.0.1:8001,10.0.0.2:8001`.

    A call that fails raises one of `salience.errors`. Errors that say when to try again
    (the service is starting, restarting or overloaded) are retried; `timeout_seconds` bounds
    the call with all its retries. An `api_key` goes with every call, in the clear without
    `tls`. With `tracing` every call is a span of OpenTelemetry's global provider, whose trace
    goes on in the service. Threads may share a client. A forked process may not use its
    parent's: gRPC does not survive a fork, so make the client afterwards.
    """

    def __init__(  # noqa: PLR0913  callers give few of them
        self,
        target: str = "localhost:8001",
        *,
        api_key: str | None = None,
        tls: ClientTls | None = None,
        timeout_seconds: float = 30.0,
        retries: RetryPolicy | None = None,
        max_request_bytes: int = MAX_REQUEST_BYTES,
        tracing: bool = False,
    ) -> None:
        options = [
            ("grpc.max_send_message_length", max_request_bytes),
            ("grpc.max_receive_message_length", MAX_REPLY_BYTES),
            ("grpc.service_config", BALANCED),
        ]
        self._channel = (
            grpc.secure_channel(target, tls.credentials(), options=options)
            if tls
            else grpc.insecure_channel(target, options=options)
        )
        if tracing:
            from salience.client.tracing import TracingInterceptor  # the extra `tracing`

            self._channel = grpc.intercept_channel(self._channel, TracingInterceptor(target))
        metadata = [("authorization", f"Bearer {api_key}")] if api_key else []
        self._calls = Calls(timeout_seconds, retries or RetryPolicy(), metadata)
        translation = TranslationServiceStub(self._channel)
        summarization = SummarizationServiceStub(self._channel)
        entities = EntityServiceStub(self._channel)
        images = ImageServiceStub(self._channel)
        models = ModelServiceStub(self._channel)
        self._translate: Callable[..., TranslateReply] = translation.Translate
        self._translate_stream: Callable[..., Iterable[TranslateStreamReply]] = (
            translation.TranslateStream
        )
        self._summarize: Callable[..., SummarizeReply] = summarization.Summarize
        self._summarize_stream: Callable[..., Iterable[SummarizeStreamReply]] = (
            summarization.SummarizeStream
        )
        self._classify_images: Callable[..., ClassifyImagesReply] = images.ClassifyImages
        self._detect_objects: Callable[..., DetectObjectsReply] = images.DetectObjects
        self._generate_images: Callable[..., GenerateImagesReply] = images.GenerateImages
        self._recognize_entities: Callable[..., RecognizeEntitiesReply] = entities.RecognizeEntities
        self._list_models: Callable[..., ListModelsReply] = models.ListModels
        self._get_model: Callable[..., Model] = models.GetModel

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Drop the connection; calls under way are cancelled."""
        self._channel.close()

    def translate(
        self,
        texts: Sequence[str],
        *,
        source_language: str = "en",
        target_language: str = "de",
        model: str = "",
        **search: Unpack[SearchOptions],
    ) -> TranslateReply:
        """Translate every text; `salience.client.answers` reads the reply."""
        request = TranslateRequest(
            texts=checked_texts(texts),
            source_language=source_language,
            target_language=target_language,
            model=model,
            **search,
        )
        return self._calls.unary(self._translate, request)

    def translate_stream(
        self,
        texts: Sequence[str],
        *,
        source_language: str = "en",
        target_language: str = "de",
        model: str = "",
        **search: Unpack[SearchOptions],
    ) -> Iterator[TranslateStreamReply]:
        """Translate documents, yielding each sentence when it is finished.

        Retried only until the first sentence has come.
        """
        request = TranslateRequest(
            texts=checked_texts(texts),
            source_language=source_language,
            target_language=target_language,
            model=model,
            **search,
        )
        return self._calls.stream(self._translate_stream, request)

    def recognize_entities(
        self, texts: Sequence[str], *, explain: bool = False, language: str = "", model: str = ""
    ) -> RecognizeEntitiesReply:
        """Find the names in every text; `salience.client.answers` reads the reply."""
        request = RecognizeEntitiesRequest(
            texts=checked_texts(texts), explain=explain, language=language, model=model
        )
        return self._calls.unary(self._recognize_entities, request)

    def summarize(
        self,
        texts: Sequence[str],
        *,
        explain: bool = False,
        language: str = "",
        model: str = "",
        **length: Unpack[LengthOptions],
    ) -> SummarizeReply:
        """Summarize every text, at most one length given; `answers` reads the reply."""
        request = SummarizeRequest(
            texts=checked_texts(texts),
            explain=explain,
            language=language,
            model=model,
            **only_length(**length),
        )
        return self._calls.unary(self._summarize, request)

    def summarize_stream(
        self,
        texts: Sequence[str],
        *,
        language: str = "",
        model: str = "",
        **length: Unpack[LengthOptions],
    ) -> Iterator[SummarizeStreamReply]:
        """Summarize documents, yielding the chosen sentences of each when it has been read.

        Retried only until the first sentence has come.
        """
        request = SummarizeRequest(
            texts=checked_texts(texts), language=language, model=model, **only_length(**length)
        )
        return self._calls.stream(self._summarize_stream, request)

    def classify_images(
        self,
        images: Sequence[bytes],
        *,
        top_k: int = 0,
        explain: bool = False,
        model: str = "",
    ) -> ClassifyImagesReply:
        """Tell what every image shows, each a whole file; `answers` reads the reply.

        A `top_k` of 0 leaves the number of classes to the service.
        """
        request = ClassifyImagesRequest(
            images=checked_images(images), top_k=top_k, explain=explain, model=model
        )
        return self._calls.unary(self._classify_images, request)

    def detect_objects(
        self,
        images: Sequence[bytes],
        *,
        min_score: float | None = None,
        explain: bool = False,
        model: str = "",
    ) -> DetectObjectsReply:
        """Find the objects in every image, each a whole file; `answers` reads the reply.

        Without a `min_score` the service chooses how certain they must be.
        """
        request = DetectObjectsRequest(
            images=checked_images(images), min_score=min_score, explain=explain, model=model
        )
        return self._calls.unary(self._detect_objects, request)

    def generate_images(
        self, seeds: Sequence[int], *, explain: bool = False, model: str = ""
    ) -> GenerateImagesReply:
        """Make a picture of every seed, a number of 32 bits; `answers` reads the reply."""
        request = GenerateImagesRequest(seeds=seeds, explain=explain, model=model)
        return self._calls.unary(self._generate_images, request)

    def list_models(self) -> list[Model]:
        """Every model of the service, ready or not."""
        return list(self._calls.unary(self._list_models, ListModelsRequest()).models)

    def get_model(self, name: str) -> Model:
        """One model; raises ModelNotFound when there is none of that name."""
        return self._calls.unary(self._get_model, GetModelRequest(name=name))
