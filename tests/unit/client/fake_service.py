"""A service on loopback that needs no model.

It shouts, finds capitalized words, summarizes by the first word, and weighs images.
"""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

import grpc
from google.protobuf.duration_pb2 import Duration
from grpc_status import rpc_status

from salience.errors import InvalidInput, ModelNotFound, ServingError
from salience.rpc_status import status_of
from salience.v1 import (
    entities_pb2_grpc,
    images_pb2_grpc,
    models_pb2_grpc,
    summarization_pb2_grpc,
    translation_pb2_grpc,
)
from salience.v1.entities_pb2 import (
    Entities,
    Entity,
    RecognizeEntitiesReply,
    RecognizeEntitiesRequest,
    RecognizeEntitiesResult,
)
from salience.v1.explanations_pb2 import Alignment, PieceWeights, TextPiece
from salience.v1.images_pb2 import (
    AttentionMap,
    Classification,
    ClassifyImagesReply,
    ClassifyImagesRequest,
    ClassifyImagesResult,
    DetectedObject,
    Detection,
    DetectObjectsReply,
    DetectObjectsRequest,
    DetectObjectsResult,
    GeneratedImage,
    GenerateImagesReply,
    GenerateImagesRequest,
    GenerateImagesResult,
    ImageClass,
)
from salience.v1.models_pb2 import (
    GetModelRequest,
    Limits,
    ListModelsReply,
    ListModelsRequest,
    Model,
    Readiness,
    Task,
)
from salience.v1.summarization_pb2 import (
    SummarizeReply,
    SummarizeRequest,
    SummarizeResult,
    SummarizeStreamReply,
    Summary,
    SummarySentence,
)
from salience.v1.timing_pb2 import Timing
from salience.v1.translation_pb2 import (
    AlternativeTranslation,
    TranslateReply,
    TranslateRequest,
    TranslateResult,
    TranslateStreamReply,
    Translation,
)

MODEL = Model(
    name="shouting",
    task=Task.TASK_TRANSLATION,
    source_languages=["en"],
    target_languages=["de"],
    limits=Limits(max_items=3, max_characters=1000),
    version="1.0",
    digest="0" * 64,
    engine="ctranslate2-int8",
    device="cpu",
    readiness=Readiness.READINESS_READY,
)
TIMING = Timing(queue_time=Duration(nanos=1_000_000), inference_time=Duration(nanos=3_000_000))


def shouted(text: str, *, num_alternatives: int = 0, explain: bool = False) -> Translation:
    alternatives = [
        AlternativeTranslation(text=text.upper() + "!" * rank, score=-0.5)
        for rank in range(1, 1 + num_alternatives)
    ]
    whole = Alignment(
        source=[TextPiece(text=text, end=len(text), end_byte=len(text.encode()))],
        target=[TextPiece(text=text.upper(), end=len(text), end_byte=len(text.encode()))],
        weights=[1.0],
    )
    return Translation(
        text=text.upper(), alternatives=alternatives, alignments=[whole] if explain else []
    )


def shortened(text: str) -> Summary:
    return Summary(text=text.split()[0], unsupported=[word for word in ["7"] if word in text])


def weighed(image: bytes, *, attention: bool = False) -> Classification:
    return Classification(
        classes=[
            ImageClass(label="heavy" if len(image) > 9 else "light", probability=0.75),
            ImageClass(label="neither", probability=0.25),
        ],
        attention=AttentionMap(rows=1, columns=1, weights=[1.0]) if attention else None,
    )


def capitalized(text: str, *, explain: bool = False) -> Entities:
    return Entities(
        entities=[
            Entity(
                text=match.group(),
                label="PER",
                start=match.start(),
                end=match.end(),
                score=0.5,
                start_byte=len(text[: match.start()].encode()),
                end_byte=len(text[: match.end()].encode()),
                attention=PieceWeights(weights=[1.0]) if explain else None,
            )
            for match in re.finditer(r"\b[A-Z]\w+", text)
        ]
    )


@dataclass
class FakeService(
    translation_pb2_grpc.TranslationServiceServicer,
    summarization_pb2_grpc.SummarizationServiceServicer,
    entities_pb2_grpc.EntityServiceServicer,
    images_pb2_grpc.ImageServiceServicer,
    models_pb2_grpc.ModelServiceServicer,
):
    """Fails with each of `failures` in turn, then answers; an empty text is a bad item."""

    failures: list[ServingError] = field(default_factory=list)
    calls: list[Any] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)
    target: str = ""

    def Translate(self, request: TranslateRequest, context: Any) -> TranslateReply:  # noqa: N802
        self._begin(request, context)
        results = [
            TranslateResult(
                translation=shouted(
                    text,
                    num_alternatives=request.num_alternatives,
                    explain=request.explain,
                )
            )
            if text
            else TranslateResult(error=EMPTY)
            for text in request.texts
        ]
        return TranslateReply(results=results, model="shouting", timing=TIMING)

    def TranslateStream(  # noqa: N802
        self, request: TranslateRequest, context: Any
    ) -> Iterator[TranslateStreamReply]:
        self._begin(request, context)
        for index, text in enumerate(request.texts):
            if text == "break":
                _abort(context, self.failures.pop())
            yield TranslateStreamReply(text_index=index, translation=shouted(text))

    def RecognizeEntities(  # noqa: N802
        self, request: RecognizeEntitiesRequest, context: Any
    ) -> RecognizeEntitiesReply:
        self._begin(request, context)
        results = [
            RecognizeEntitiesResult(entities=capitalized(text, explain=request.explain))
            if text
            else RecognizeEntitiesResult(error=EMPTY)
            for text in request.texts
        ]
        return RecognizeEntitiesReply(results=results, model="capitals", timing=TIMING)

    def Summarize(self, request: SummarizeRequest, context: Any) -> SummarizeReply:  # noqa: N802
        self._begin(request, context)
        results = [
            SummarizeResult(summary=shortened(text)) if text else SummarizeResult(error=EMPTY)
            for text in request.texts
        ]
        return SummarizeReply(results=results, model="short", timing=TIMING)

    def SummarizeStream(  # noqa: N802
        self, request: SummarizeRequest, context: Any
    ) -> Iterator[SummarizeStreamReply]:
        self._begin(request, context)
        for index, text in enumerate(request.texts):
            yield SummarizeStreamReply(text_index=index, sentence=SummarySentence(text=text))

    def ClassifyImages(  # noqa: N802
        self, request: ClassifyImagesRequest, context: Any
    ) -> ClassifyImagesReply:
        self._begin(request, context)
        results = [
            ClassifyImagesResult(classification=weighed(image, attention=request.explain))
            if image
            else ClassifyImagesResult(error=NO_IMAGE)
            for image in request.images
        ]
        return ClassifyImagesReply(results=results, model="scales", timing=TIMING)

    def DetectObjects(  # noqa: N802
        self, request: DetectObjectsRequest, context: Any
    ) -> DetectObjectsReply:
        self._begin(request, context)
        results = [
            DetectObjectsResult(
                detection=Detection(
                    objects=[
                        DetectedObject(label="it", score=0.75, left=1, top=2, width=3, height=4)
                    ]
                )
            )
            if image
            else DetectObjectsResult(error=NO_IMAGE)
            for image in request.images
        ]
        return DetectObjectsReply(results=results, model="frames", timing=TIMING)

    def GenerateImages(  # noqa: N802
        self, request: GenerateImagesRequest, context: Any
    ) -> GenerateImagesReply:
        self._begin(request, context)
        results = [
            GenerateImagesResult(image=GeneratedImage(png=b"picture %d" % seed, width=1, height=1))
            for seed in request.seeds
        ]
        return GenerateImagesReply(results=results, model="painter", timing=TIMING)

    def ListModels(self, request: ListModelsRequest, context: Any) -> ListModelsReply:  # noqa: N802
        self._begin(request, context)
        return ListModelsReply(models=[MODEL])

    def GetModel(self, request: GetModelRequest, context: Any) -> Model:  # noqa: N802
        self._begin(request, context)
        if request.name != MODEL.name:
            _abort(context, ModelNotFound(f"no model is named {request.name!r}", field="name"))
        return MODEL

    def _begin(self, request: Any, context: Any) -> None:
        self.calls.append(request)
        metadata = dict(context.invocation_metadata())
        self.authorizations.append(metadata.get("authorization", ""))
        if self.failures and "break" not in getattr(request, "texts", ()):
            _abort(context, self.failures.pop(0))


EMPTY = status_of(InvalidInput("the text is empty", field="texts[0]"))
NO_IMAGE = status_of(InvalidInput("the image is empty", field="images[0]"))


def _abort(context: Any, error: ServingError) -> NoReturn:
    context.abort_with_status(rpc_status.to_status(status_of(error)))
    raise AssertionError("abort raises")


@contextmanager
def running_fake_service(*, max_request_bytes: int = 2**25) -> Iterator[FakeService]:
    """The fake, listening; its `target` says where."""
    options = [("grpc.max_receive_message_length", max_request_bytes)]
    server = grpc.server(ThreadPoolExecutor(max_workers=4), options=options)
    service = FakeService()
    translation_pb2_grpc.add_TranslationServiceServicer_to_server(service, server)
    summarization_pb2_grpc.add_SummarizationServiceServicer_to_server(service, server)
    images_pb2_grpc.add_ImageServiceServicer_to_server(service, server)
    entities_pb2_grpc.add_EntityServiceServicer_to_server(service, server)
    models_pb2_grpc.add_ModelServiceServicer_to_server(service, server)
    service.target = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield service
    finally:
        server.stop(grace=None).wait()
