"""What a request and its reply look like, as the messages themselves."""

from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message

from salience.gateway.item_kinds import IMAGES
from salience.v1.entities_pb2 import (
    Entities,
    Entity,
    RecognizeEntitiesReply,
    RecognizeEntitiesRequest,
    RecognizeEntitiesResult,
)
from salience.v1.images_pb2 import (
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
    READINESS_READY,
    TASK_ENTITIES,
    GetModelRequest,
    Limits,
    ListModelsReply,
    Model,
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
    TranslateReply,
    TranslateRequest,
    TranslateResult,
    TranslateStreamReply,
    Translation,
)

_TIMING = Timing(queue_time=Duration(nanos=2_100_000), inference_time=Duration(nanos=18_400_000))
_TRANSLATE_REQUEST = TranslateRequest(
    texts=["Good morning, Berlin."], source_language="en", target_language="de"
)
_TRANSLATION = Translation(text="Guten Morgen, Berlin.")
_SUMMARIZE_REQUEST = SummarizeRequest(
    texts=["The bridge is closed. Repairs take until May. Drivers use the ferry."], sentences=1
)
_SENTENCE = SummarySentence(text="The bridge is closed.", end=21, score=0.81, end_byte=21)
_MODEL = Model(
    name="entities-en",
    task=TASK_ENTITIES,
    source_languages=["en"],
    labels=["LOC", "ORG", "PER"],
    is_default=True,
    limits=Limits(
        max_items=128,
        max_characters=100_000,
        max_request_bytes=32 * 2**20,
        max_reply_bytes=16 * 2**20,
    ),
    version="1.0",
    digest="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    engine="onnxruntime-int8",
    device="cpu",
    readiness=READINESS_READY,
)

REQUESTS: dict[str, Message] = {
    "Translate": _TRANSLATE_REQUEST,
    "TranslateStream": _TRANSLATE_REQUEST,
    "Summarize": _SUMMARIZE_REQUEST,
    "SummarizeStream": _SUMMARIZE_REQUEST,
    "ClassifyImages": ClassifyImagesRequest(images=[IMAGES.probe], top_k=2),  # type: ignore[list-item]
    "DetectObjects": DetectObjectsRequest(images=[IMAGES.probe], min_score=0.3),  # type: ignore[list-item]
    "GenerateImages": GenerateImagesRequest(seeds=[1, 2]),
    "RecognizeEntities": RecognizeEntitiesRequest(texts=["Ada Lovelace lived in London."]),
    "GetModel": GetModelRequest(name="entities-en"),
}

REPLIES: dict[str, Message] = {
    "Translate": TranslateReply(
        results=[TranslateResult(translation=_TRANSLATION)],
        model="translation-en-de",
        model_version="1.0",
        timing=_TIMING,
    ),
    "TranslateStream": TranslateStreamReply(
        translation=_TRANSLATION,
        model="translation-en-de",
        model_version="1.0",
        timing=_TIMING,
    ),
    "Summarize": SummarizeReply(
        results=[SummarizeResult(summary=Summary(text=_SENTENCE.text, sentences=[_SENTENCE]))],
        model="summarization-en",
        model_version="1.0",
        timing=_TIMING,
    ),
    "SummarizeStream": SummarizeStreamReply(
        sentence=_SENTENCE,
        model="summarization-en",
        model_version="1.0",
        timing=_TIMING,
    ),
    "ClassifyImages": ClassifyImagesReply(
        results=[
            ClassifyImagesResult(
                classification=Classification(
                    classes=[
                        ImageClass(label="window screen", probability=0.19),
                        ImageClass(label="envelope", probability=0.07),
                    ],
                    width=1,
                    height=1,
                )
            )
        ],
        model="image-classification",
        model_version="1.0",
        timing=_TIMING,
    ),
    "DetectObjects": DetectObjectsReply(
        results=[
            DetectObjectsResult(
                detection=Detection(
                    objects=[DetectedObject(label="RBC", score=0.31, width=1, height=1)],
                    width=1,
                    height=1,
                )
            )
        ],
        model="blood-cells",
        model_version="1.0",
        timing=_TIMING,
    ),
    "GenerateImages": GenerateImagesReply(
        results=[
            GenerateImagesResult(
                image=GeneratedImage(png=IMAGES.probe, width=1, height=1)  # type: ignore[arg-type]
            )
        ],
        model="emoji-people",
        model_version="1.0",
        timing=_TIMING,
    ),
    "RecognizeEntities": RecognizeEntitiesReply(
        results=[
            RecognizeEntitiesResult(
                entities=Entities(
                    entities=[
                        Entity(text="Ada Lovelace", label="PER", end=12, score=0.98, end_byte=12),
                        Entity(
                            text="London",
                            label="LOC",
                            start=22,
                            end=28,
                            score=0.99,
                            start_byte=22,
                            end_byte=28,
                        ),
                    ]
                )
            )
        ],
        model="entities-en",
        model_version="1.0",
        timing=_TIMING,
    ),
    "ListModels": ListModelsReply(models=[_MODEL]),
    "GetModel": _MODEL,
}
