from google.api import annotations_pb2 as _annotations_pb2
from google.rpc import status_pb2 as _status_pb2
from salience.v1 import explanations_pb2 as _explanations_pb2
from salience.v1 import timing_pb2 as _timing_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RecognizeEntitiesRequest(_message.Message):
    __slots__ = ("texts", "model", "language", "explain")
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    EXPLAIN_FIELD_NUMBER: _ClassVar[int]
    texts: _containers.RepeatedScalarFieldContainer[str]
    model: str
    language: str
    explain: bool
    def __init__(self, texts: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., language: _Optional[str] = ..., explain: _Optional[bool] = ...) -> None: ...

class RecognizeEntitiesReply(_message.Message):
    __slots__ = ("results", "model", "model_version", "timing")
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    TIMING_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[RecognizeEntitiesResult]
    model: str
    model_version: str
    timing: _timing_pb2.Timing
    def __init__(self, results: _Optional[_Iterable[_Union[RecognizeEntitiesResult, _Mapping]]] = ..., model: _Optional[str] = ..., model_version: _Optional[str] = ..., timing: _Optional[_Union[_timing_pb2.Timing, _Mapping]] = ...) -> None: ...

class RecognizeEntitiesResult(_message.Message):
    __slots__ = ("entities", "error")
    ENTITIES_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    entities: Entities
    error: _status_pb2.Status
    def __init__(self, entities: _Optional[_Union[Entities, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class Entities(_message.Message):
    __slots__ = ("entities", "pieces")
    ENTITIES_FIELD_NUMBER: _ClassVar[int]
    PIECES_FIELD_NUMBER: _ClassVar[int]
    entities: _containers.RepeatedCompositeFieldContainer[Entity]
    pieces: _containers.RepeatedCompositeFieldContainer[_explanations_pb2.TextPiece]
    def __init__(self, entities: _Optional[_Iterable[_Union[Entity, _Mapping]]] = ..., pieces: _Optional[_Iterable[_Union[_explanations_pb2.TextPiece, _Mapping]]] = ...) -> None: ...

class Entity(_message.Message):
    __slots__ = ("text", "label", "start", "end", "score", "start_byte", "end_byte", "attention")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    START_BYTE_FIELD_NUMBER: _ClassVar[int]
    END_BYTE_FIELD_NUMBER: _ClassVar[int]
    ATTENTION_FIELD_NUMBER: _ClassVar[int]
    text: str
    label: str
    start: int
    end: int
    score: float
    start_byte: int
    end_byte: int
    attention: _explanations_pb2.PieceWeights
    def __init__(self, text: _Optional[str] = ..., label: _Optional[str] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., score: _Optional[float] = ..., start_byte: _Optional[int] = ..., end_byte: _Optional[int] = ..., attention: _Optional[_Union[_explanations_pb2.PieceWeights, _Mapping]] = ...) -> None: ...
