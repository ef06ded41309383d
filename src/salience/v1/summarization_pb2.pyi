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

class SummarizeRequest(_message.Message):
    __slots__ = ("texts", "model", "language", "sentences", "words", "ratio", "explain")
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    SENTENCES_FIELD_NUMBER: _ClassVar[int]
    WORDS_FIELD_NUMBER: _ClassVar[int]
    RATIO_FIELD_NUMBER: _ClassVar[int]
    EXPLAIN_FIELD_NUMBER: _ClassVar[int]
    texts: _containers.RepeatedScalarFieldContainer[str]
    model: str
    language: str
    sentences: int
    words: int
    ratio: float
    explain: bool
    def __init__(self, texts: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., language: _Optional[str] = ..., sentences: _Optional[int] = ..., words: _Optional[int] = ..., ratio: _Optional[float] = ..., explain: _Optional[bool] = ...) -> None: ...

class SummarizeReply(_message.Message):
    __slots__ = ("results", "model", "model_version", "timing")
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    TIMING_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[SummarizeResult]
    model: str
    model_version: str
    timing: _timing_pb2.Timing
    def __init__(self, results: _Optional[_Iterable[_Union[SummarizeResult, _Mapping]]] = ..., model: _Optional[str] = ..., model_version: _Optional[str] = ..., timing: _Optional[_Union[_timing_pb2.Timing, _Mapping]] = ...) -> None: ...

class SummarizeResult(_message.Message):
    __slots__ = ("summary", "error")
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    summary: Summary
    error: _status_pb2.Status
    def __init__(self, summary: _Optional[_Union[Summary, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class Summary(_message.Message):
    __slots__ = ("text", "sentences", "unsupported", "weighed", "pieces", "piece_weights")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    SENTENCES_FIELD_NUMBER: _ClassVar[int]
    UNSUPPORTED_FIELD_NUMBER: _ClassVar[int]
    WEIGHED_FIELD_NUMBER: _ClassVar[int]
    PIECES_FIELD_NUMBER: _ClassVar[int]
    PIECE_WEIGHTS_FIELD_NUMBER: _ClassVar[int]
    text: str
    sentences: _containers.RepeatedCompositeFieldContainer[SummarySentence]
    unsupported: _containers.RepeatedScalarFieldContainer[str]
    weighed: _containers.RepeatedCompositeFieldContainer[SummarySentence]
    pieces: _containers.RepeatedCompositeFieldContainer[_explanations_pb2.TextPiece]
    piece_weights: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, text: _Optional[str] = ..., sentences: _Optional[_Iterable[_Union[SummarySentence, _Mapping]]] = ..., unsupported: _Optional[_Iterable[str]] = ..., weighed: _Optional[_Iterable[_Union[SummarySentence, _Mapping]]] = ..., pieces: _Optional[_Iterable[_Union[_explanations_pb2.TextPiece, _Mapping]]] = ..., piece_weights: _Optional[_Iterable[float]] = ...) -> None: ...

class SummarySentence(_message.Message):
    __slots__ = ("text", "index", "start", "end", "score", "start_byte", "end_byte")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    START_BYTE_FIELD_NUMBER: _ClassVar[int]
    END_BYTE_FIELD_NUMBER: _ClassVar[int]
    text: str
    index: int
    start: int
    end: int
    score: float
    start_byte: int
    end_byte: int
    def __init__(self, text: _Optional[str] = ..., index: _Optional[int] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., score: _Optional[float] = ..., start_byte: _Optional[int] = ..., end_byte: _Optional[int] = ...) -> None: ...

class SummarizeStreamReply(_message.Message):
    __slots__ = ("text_index", "sentence", "error", "model", "model_version", "timing")
    TEXT_INDEX_FIELD_NUMBER: _ClassVar[int]
    SENTENCE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    TIMING_FIELD_NUMBER: _ClassVar[int]
    text_index: int
    sentence: SummarySentence
    error: _status_pb2.Status
    model: str
    model_version: str
    timing: _timing_pb2.Timing
    def __init__(self, text_index: _Optional[int] = ..., sentence: _Optional[_Union[SummarySentence, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., model: _Optional[str] = ..., model_version: _Optional[str] = ..., timing: _Optional[_Union[_timing_pb2.Timing, _Mapping]] = ...) -> None: ...
