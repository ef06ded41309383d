"""Calls the gateway over gRPC."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Self

import grpc

from salience.client.calls import Calls
from salience.client.retries import RetryPolicy
from salience.errors import InvalidInput
from salience.v1.entities_pb2 import RecognizeEntitiesReply, RecognizeEntitiesRequest
from salience.v1.entities_pb2_grpc import EntityServiceStub
from salience.v1.models_pb2 import GetModelRequest, ListModelsReply, ListModelsRequest, Model
from salience.v1.models_pb2_grpc import ModelServiceStub
from salience.v1.translation_pb2 import TranslateReply, TranslateRequest, TranslateStreamReply
from salience.v1.translation_pb2_grpc import TranslationServiceStub

MAX_REPLY_BYTES = 16 * 2**20
CHANNEL_OPTIONS = [("grpc.max_receive_message_length", MAX_REPLY_BYTES)]


class Client:
    """A connection to a running service.

        with Client() as client:
            reply = client.translate(["Good morning."])

    A call that fails raises one of `salience.errors`. Errors that say when to try again
    (the service is starting, restarting or overloaded) are retried; `timeout_seconds` bounds
    the call with all its retries. Threads may share a client. A forked process may not use
    its parent's: gRPC does not survive a fork, so make the client afterwards.
    """

    def __init__(
        self,
        target: str = "localhost:8001",
        *,
        timeout_seconds: float = 30.0,
        retries: RetryPolicy | None = None,
    ) -> None:
        self._channel = grpc.insecure_channel(target, options=CHANNEL_OPTIONS)
        self._calls = Calls(timeout_seconds, retries or RetryPolicy())
        translation = TranslationServiceStub(self._channel)
        entities = EntityServiceStub(self._channel)
        models = ModelServiceStub(self._channel)
        self._translate: Callable[..., TranslateReply] = translation.Translate
        self._translate_stream: Callable[..., Iterable[TranslateStreamReply]] = (
            translation.TranslateStream
        )
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
    ) -> TranslateReply:
        """Translate every text; `salience.client.answers` reads the reply."""
        request = TranslateRequest(
            texts=_checked(texts),
            source_language=source_language,
            target_language=target_language,
            model=model,
        )
        return self._calls.unary(self._translate, request)

    def translate_stream(
        self,
        texts: Sequence[str],
        *,
        source_language: str = "en",
        target_language: str = "de",
        model: str = "",
    ) -> Iterator[TranslateStreamReply]:
        """Translate documents, yielding each sentence when it is finished.

        Retried only until the first sentence has come.
        """
        request = TranslateRequest(
            texts=_checked(texts),
            source_language=source_language,
            target_language=target_language,
            model=model,
        )
        return self._calls.stream(self._translate_stream, request)

    def recognize_entities(
        self, texts: Sequence[str], *, language: str = "", model: str = ""
    ) -> RecognizeEntitiesReply:
        """Find the names in every text; `salience.client.answers` reads the reply."""
        request = RecognizeEntitiesRequest(texts=_checked(texts), language=language, model=model)
        return self._calls.unary(self._recognize_entities, request)

    def list_models(self) -> list[Model]:
        """Every model of the service, ready or not."""
        return list(self._calls.unary(self._list_models, ListModelsRequest()).models)

    def get_model(self, name: str) -> Model:
        """One model; raises ModelNotFound when there is none of that name."""
        return self._calls.unary(self._get_model, GetModelRequest(name=name))


def _checked(texts: Sequence[str]) -> Sequence[str]:
    if isinstance(texts, str):
        raise TypeError("texts is a list of texts, not one text")
    for index, text in enumerate(texts):
        try:
            text.encode()
        except UnicodeEncodeError as error:
            message = f"not valid Unicode: {error.reason} at {error.start}"
            raise InvalidInput(message, field=f"texts[{index}]") from error
    return texts
