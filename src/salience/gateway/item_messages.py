"""The messages of the methods that answer items."""

from typing import TypeAlias

from salience.v1.entities_pb2 import (
    RecognizeEntitiesReply,
    RecognizeEntitiesRequest,
    RecognizeEntitiesResult,
)
from salience.v1.images_pb2 import (
    ClassifyImagesReply,
    ClassifyImagesRequest,
    ClassifyImagesResult,
    DetectObjectsReply,
    DetectObjectsRequest,
    DetectObjectsResult,
    GenerateImagesReply,
    GenerateImagesRequest,
    GenerateImagesResult,
)
from salience.v1.summarization_pb2 import SummarizeReply, SummarizeRequest, SummarizeResult
from salience.v1.translation_pb2 import TranslateReply, TranslateRequest, TranslateResult

Item: TypeAlias = str | bytes | int
ItemRequest: TypeAlias = (
    TranslateRequest
    | RecognizeEntitiesRequest
    | SummarizeRequest
    | ClassifyImagesRequest
    | DetectObjectsRequest
    | GenerateImagesRequest
)
ItemReply: TypeAlias = (
    TranslateReply
    | RecognizeEntitiesReply
    | SummarizeReply
    | ClassifyImagesReply
    | DetectObjectsReply
    | GenerateImagesReply
)
ItemResult: TypeAlias = (
    TranslateResult
    | RecognizeEntitiesResult
    | SummarizeResult
    | ClassifyImagesResult
    | DetectObjectsResult
    | GenerateImagesResult
)
