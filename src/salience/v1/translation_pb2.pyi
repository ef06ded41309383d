from google.api import annotations_pb2 as _annotations_pb2
from google.rpc import status_pb2 as _status_pb2
from salience.v1 import explanations_pb2 as _explanations_pb2
from salience.v1 import timing_pb2 as _timing_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Suspicion(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SUSPICION_UNSPECIFIED: _ClassVar[Suspicion]
    SUSPICION_LENGTH: _ClassVar[Suspicion]
    SUSPICION_REPETITION: _ClassVar[Suspicion]
    SUSPICION_UNFINISHED: _ClassVar[Suspicion]
SUSPICION_UNSPECIFIED: Suspicion
SUSPICION_LENGTH: Suspicion
SUSPICION_REPETITION: Suspicion
SUSPICION_UNFINISHED: Suspicion

class TranslateRequest(_message.Message):
    __slots__ = ("texts", "source_language", "target_language", "model", "beam_size", "num_alternatives", "length_penalty", "explain")
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    SOURCE_LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    TARGET_LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    BEAM_SIZE_FIELD_NUMBER: _ClassVar[int]
    NUM_ALTERNATIVES_FIELD_NUMBER: _ClassVar[int]
    LENGTH_PENALTY_FIELD_NUMBER: _ClassVar[int]
    EXPLAIN_FIELD_NUMBER: _ClassVar[int]
    texts: _containers.RepeatedScalarFieldContainer[str]
    source_language: str
    target_language: str
    model: str
    beam_size: int
    num_alternatives: int
    length_penalty: float
    explain: bool
    def __init__(self, texts: _Optional[_Iterable[str]] = ..., source_language: _Optional[str] = ..., target_language: _Optional[str] = ..., model: _Optional[str] = ..., beam_size: _Optional[int] = ..., num_alternatives: _Optional[int] = ..., length_penalty: _Optional[float] = ..., explain: _Optional[bool] = ...) -> None: ...

class TranslateReply(_message.Message):
    __slots__ = ("results", "model", "model_version", "timing")
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    TIMING_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[TranslateResult]
    model: str
    model_version: str
    timing: _timing_pb2.Timing
    def __init__(self, results: _Optional[_Iterable[_Union[TranslateResult, _Mapping]]] = ..., model: _Optional[str] = ..., model_version: _Optional[str] = ..., timing: _Optional[_Union[_timing_pb2.Timing, _Mapping]] = ...) -> None: ...

class TranslateResult(_message.Message):
    __slots__ = ("translation", "error")
    TRANSLATION_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    translation: Translation
    error: _status_pb2.Status
    def __init__(self, translation: _Optional[_Union[Translation, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class Translation(_message.Message):
    __slots__ = ("text", "suspicions", "score", "alternatives", "alignments")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    SUSPICIONS_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    ALTERNATIVES_FIELD_NUMBER: _ClassVar[int]
    ALIGNMENTS_FIELD_NUMBER: _ClassVar[int]
    text: str
    suspicions: _containers.RepeatedScalarFieldContainer[Suspicion]
    score: float
    alternatives: _containers.RepeatedCompositeFieldContainer[AlternativeTranslation]
    alignments: _containers.RepeatedCompositeFieldContainer[_explanations_pb2.Alignment]
    def __init__(self, text: _Optional[str] = ..., suspicions: _Optional[_Iterable[_Union[Suspicion, str]]] = ..., score: _Optional[float] = ..., alternatives: _Optional[_Iterable[_Union[AlternativeTranslation, _Mapping]]] = ..., alignments: _Optional[_Iterable[_Union[_explanations_pb2.Alignment, _Mapping]]] = ...) -> None: ...

class AlternativeTranslation(_message.Message):
    __slots__ = ("text", "score")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    text: str
    score: float
    def __init__(self, text: _Optional[str] = ..., score: _Optional[float] = ...) -> None: ...

class TranslateStreamReply(_message.Message):
    __slots__ = ("text_index", "sentence_index", "translation", "error", "model", "model_version", "timing")
    TEXT_INDEX_FIELD_NUMBER: _ClassVar[int]
    SENTENCE_INDEX_FIELD_NUMBER: _ClassVar[int]
    TRANSLATION_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    TIMING_FIELD_NUMBER: _ClassVar[int]
    text_index: int
    sentence_index: int
    translation: Translation
    error: _status_pb2.Status
    model: str
    model_version: str
    timing: _timing_pb2.Timing
    def __init__(self, text_index: _Optional[int] = ..., sentence_index: _Optional[int] = ..., translation: _Optional[_Union[Translation, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., model: _Optional[str] = ..., model_version: _Optional[str] = ..., timing: _Optional[_Union[_timing_pb2.Timing, _Mapping]] = ...) -> None: ...
