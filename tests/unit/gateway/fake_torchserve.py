"""TorchServe's REST interfaces with models that need no training.

The translator writes capitals; the entity model finds words that begin with one; the
summarizer chooses the first sentence, the headline writer the first word; the image model
tells how many bytes an image has. An item that contains `poison` has an error for an answer.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from google.protobuf.message import Message
from google.rpc.status_pb2 import Status

from salience.errors import InvalidInput
from salience.gateway.item_messages import Item, ItemReply, ItemRequest
from salience.gateway.task_kinds import TASK_KINDS
from salience.rpc_status import status_of
from salience.tracing.batch_times import BATCH_TIMES_HEADER, BatchTimes
from salience.tracing.traceparent import TRACEPARENT, is_sampled
from salience.v1.entities_pb2 import (
    Entities,
    Entity,
    RecognizeEntitiesReply,
    RecognizeEntitiesResult,
)
from salience.v1.images_pb2 import (
    Classification,
    ClassifyImagesReply,
    ClassifyImagesResult,
    DetectedObject,
    Detection,
    DetectObjectsReply,
    DetectObjectsResult,
    GeneratedImage,
    GenerateImagesReply,
    GenerateImagesResult,
    ImageClass,
)
from salience.v1.models_pb2 import (
    TASK_ENTITIES,
    TASK_IMAGE_CLASSIFICATION,
    TASK_IMAGE_GENERATION,
    TASK_OBJECT_DETECTION,
    TASK_SUMMARIZATION,
    TASK_TRANSLATION,
    Limits,
    Model,
)
from salience.v1.summarization_pb2 import (
    SummarizeReply,
    SummarizeResult,
    Summary,
    SummarySentence,
)
from salience.v1.translation_pb2 import TranslateReply, TranslateResult, Translation

LIMITS = Limits(max_items=100, max_characters=1000)

TRANSLATOR = Model(
    name="translation-en-de",
    task=TASK_TRANSLATION,
    source_languages=["en"],
    target_languages=["de"],
    limits=Limits(max_items=100, max_characters=1000, max_explained_characters=60),
    version="1.0",
    digest="00ff",
    engine="fake",
    device="cpu",
    streams=True,
    explains=True,
)
ENTITY_MODEL = Model(
    name="entities-en",
    task=TASK_ENTITIES,
    source_languages=["en"],
    labels=["PER"],
    limits=LIMITS,
    version="1.0",
    engine="fake",
    device="cpu",
)
SUMMARIZER = Model(
    name="summarization-en",
    task=TASK_SUMMARIZATION,
    source_languages=["en"],
    limits=LIMITS,
    version="1.0",
    engine="fake",
    device="cpu",
    is_default=True,
    streams=True,
)
HEADLINE_WRITER = Model(
    name="headline-en",
    task=TASK_SUMMARIZATION,
    source_languages=["en"],
    limits=LIMITS,
    version="1.0",
    engine="fake",
    device="cpu",
)
IMAGE_MODEL = Model(
    name="image-classification",
    task=TASK_IMAGE_CLASSIFICATION,
    limits=Limits(max_items=100, max_bytes=1000, max_pixels=1000),
    version="1.0",
    engine="fake",
    device="cpu",
    explains=True,
)
DETECTOR = Model(
    name="detector",
    task=TASK_OBJECT_DETECTION,
    limits=Limits(max_items=100, max_bytes=1000, max_pixels=1000),
    version="1.0",
    engine="fake",
    device="cpu",
    explains=True,
)
GENERATOR = Model(
    name="generator",
    task=TASK_IMAGE_GENERATION,
    limits=Limits(max_items=100),
    explains=True,
    version="1.0",
    engine="fake",
    device="cpu",
)
MODELS = (TRANSLATOR, ENTITY_MODEL, SUMMARIZER, HEADLINE_WRITER, IMAGE_MODEL)
NAMES = sorted(model.name for model in MODELS)


@dataclass(frozen=True)
class SeenRow:
    """A prediction that reached TorchServe."""

    model: str
    items: tuple[Item, ...]
    request: ItemRequest
    request_id: str
    deadline: float


@dataclass
class FakeTorchServe:
    """Tests set the attributes, from any thread.

    `answer_instead` may return a response in place of the model's to a caller, or raise
    ConnectionResetError to cut the connection; `held` items wait until they are taken out.
    """

    models: dict[str, Model] = field(
        default_factory=lambda: {model.name: model for model in MODELS}
    )
    answers: dict[str, Callable[[Sequence[Any]], ItemReply]] = field(default_factory=dict)
    """Of models that answer as no other does."""
    num_workers: int = 2
    is_frozen: bool = False
    """Whether it tells nobody how many workers it has."""
    inference_seconds: float = 0.0
    seen: list[SeenRow] = field(default_factory=list)
    probes: list[SeenRow] = field(default_factory=list)
    held: set[Item] = field(default_factory=set)
    answer_instead: Callable[[SeenRow], web.Response | None] = lambda row: None
    url: str = ""

    def forget(self) -> None:
        """Answer everything again, as if nothing had been asked before."""
        self.held = set()
        self.answer_instead = lambda row: None
        self.seen.clear()

    def items_seen(self) -> list[Item]:
        """Every item of a caller that reached a model, in the order of arrival."""
        return [item for row in self.seen for item in row.items]

    async def _predict(self, request: web.Request) -> web.Response:
        model = self.models.get(request.match_info["name"])
        if model is None:
            return torchserve_error(404, "ModelNotFoundException", "Model not found")
        body = await request.read()
        if request.headers.get("x-salience-method") == "describe":
            return web.Response(body=model.SerializeToString())
        row = _seen_row(model, request, body)
        is_probe = row.request_id.startswith("probe-")
        (self.probes if is_probe else self.seen).append(row)
        while self.held.intersection(row.items):
            await asyncio.sleep(0.002)
        if is_probe:
            return web.Response(body=self._answer(model, row))
        try:
            response = self.answer_instead(row)
        except ConnectionResetError:
            assert request.transport is not None
            request.transport.abort()
            raise
        return response or web.Response(
            body=self._answer(model, row), headers=_batch_times(request, len(row.items))
        )

    def _answer(self, model: Model, row: SeenRow) -> bytes:
        reply = (self.answers.get(model.name) or _ANSWERED[model.name])(row.items)
        reply.model, reply.model_version = model.name, model.version
        reply.timing.inference_time.FromNanoseconds(round(self.inference_seconds * 1e9))
        return reply.SerializeToString()

    async def _list(self, request: web.Request) -> web.Response:
        entries = [{"modelName": name, "modelUrl": f"{name}.mar"} for name in self.models]
        return web.json_response({"models": entries})

    async def _describe(self, request: web.Request) -> web.Response:
        while self.is_frozen:
            await asyncio.sleep(0.002)
        name = request.match_info["name"]
        if name not in self.models:
            return torchserve_error(404, "ModelNotFoundException", "Model not found")
        workers = [{"id": str(n), "status": "READY"} for n in range(self.num_workers)]
        return web.json_response([{"modelName": name, "workers": workers}])

    def app(self) -> web.Application:
        """Inference and management on one port."""
        app = web.Application(client_max_size=2**26)
        app.router.add_post("/predictions/{name}", self._predict)
        app.router.add_get("/models", self._list)
        app.router.add_get("/models/{name}", self._describe)
        return app


def translated(texts: Sequence[Any]) -> TranslateReply:
    """What the translator answers."""
    return TranslateReply(
        results=[
            TranslateResult(error=_poisoned(index))
            if "poison" in text
            else TranslateResult(translation=Translation(text=text.upper()))
            for index, text in enumerate(texts)
        ]
    )


def recognized(texts: Sequence[Any]) -> RecognizeEntitiesReply:
    """What the entity model answers."""
    return RecognizeEntitiesReply(
        results=[
            RecognizeEntitiesResult(error=_poisoned(index))
            if "poison" in text
            else RecognizeEntitiesResult(entities=_capitalized(text))
            for index, text in enumerate(texts)
        ]
    )


def summarized(texts: Sequence[Any]) -> SummarizeReply:
    """What the summarizer answers."""
    return SummarizeReply(
        results=[
            SummarizeResult(error=_poisoned(index))
            if "poison" in text
            else SummarizeResult(summary=_first_sentence(text))
            for index, text in enumerate(texts)
        ]
    )


def headed(texts: Sequence[Any]) -> SummarizeReply:
    """What the headline writer answers."""
    return SummarizeReply(
        results=[SummarizeResult(summary=Summary(text=text.split()[0])) for text in texts]
    )


def classified(images: Sequence[Any]) -> ClassifyImagesReply:
    """What the image model answers."""
    return ClassifyImagesReply(
        results=[
            ClassifyImagesResult(error=_poisoned(index, "image"))
            if b"poison" in image
            else ClassifyImagesResult(
                classification=Classification(
                    classes=[ImageClass(label=f"{len(image)} bytes", probability=1.0)]
                )
            )
            for index, image in enumerate(images)
        ]
    )


def detected(images: Sequence[Any]) -> DetectObjectsReply:
    """What the detector answers: one object as wide as the image has bytes."""
    return DetectObjectsReply(
        results=[
            DetectObjectsResult(error=_poisoned(index, "image"))
            if b"poison" in image
            else DetectObjectsResult(
                detection=Detection(objects=[DetectedObject(label="it", width=len(image))])
            )
            for index, image in enumerate(images)
        ]
    )


def generated(seeds: Sequence[Any]) -> GenerateImagesReply:
    """What the generator answers: a picture as wide as its seed says."""
    return GenerateImagesReply(
        results=[
            GenerateImagesResult(image=GeneratedImage(png=b"png", width=seed, height=1))
            for seed in seeds
        ]
    )


_ANSWERED: dict[str, Callable[[Sequence[Any]], ItemReply]] = {
    TRANSLATOR.name: translated,
    ENTITY_MODEL.name: recognized,
    SUMMARIZER.name: summarized,
    HEADLINE_WRITER.name: headed,
    IMAGE_MODEL.name: classified,
    DETECTOR.name: detected,
    GENERATOR.name: generated,
}


def answering(reply: Message) -> web.Response:
    """A reply of a worker."""
    return web.Response(body=reply.SerializeToString())


def torchserve_error(status: int, kind: str, message: str) -> web.Response:
    """A failure in TorchServe's own words."""
    return web.json_response({"code": status, "type": kind, "message": message}, status=status)


@asynccontextmanager
async def running_fake(fake: FakeTorchServe, port: int = 0) -> AsyncIterator[FakeTorchServe]:
    """Serve the fake on loopback."""
    runner = web.AppRunner(fake.app(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield fake
    finally:
        await runner.cleanup()


def _seen_row(model: Model, request: web.Request, body: bytes) -> SeenRow:
    kind = TASK_KINDS[model.task]
    headers = request.headers
    deadline = float(headers.get("x-salience-deadline", time.time() + 60))
    message = kind.request_type.FromString(body)
    items = tuple(kind.items.of(message))
    return SeenRow(model.name, items, message, headers.get("x-salience-request-id", ""), deadline)


def _batch_times(request: web.Request, num_items: int) -> dict[str, str]:
    """What a worker tells of a row in a trace: stages of a microsecond, just now."""
    if not is_sampled(request.headers.get(TRACEPARENT, "")):
        return {}
    now = time.time_ns()
    times = BatchTimes(1, num_items, 4321, now - 3000, now - 2000, now - 1000, now)
    return {BATCH_TIMES_HEADER: times.header()}


def _poisoned(index: int, noun: str = "text") -> Status:
    return status_of(InvalidInput(f"the {noun} is poison", field=f"{noun}s[{index}]"))


def _first_sentence(text: str) -> Summary:
    first = text.partition(". ")[0]
    return Summary(text=first, sentences=[SummarySentence(text=first, end=len(first), score=0.5)])


def _capitalized(text: str) -> Entities:
    words = [word for word in text.split() if word[0].isupper()]
    return Entities(
        entities=[Entity(text=word, label="PER", start=text.index(word)) for word in words]
    )
