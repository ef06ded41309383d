from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Task(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TASK_UNSPECIFIED: _ClassVar[Task]
    TASK_TRANSLATION: _ClassVar[Task]
    TASK_ENTITIES: _ClassVar[Task]
    TASK_SUMMARIZATION: _ClassVar[Task]
    TASK_IMAGE_CLASSIFICATION: _ClassVar[Task]
    TASK_OBJECT_DETECTION: _ClassVar[Task]
    TASK_IMAGE_GENERATION: _ClassVar[Task]

class Readiness(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    READINESS_UNSPECIFIED: _ClassVar[Readiness]
    READINESS_LOADING: _ClassVar[Readiness]
    READINESS_READY: _ClassVar[Readiness]
    READINESS_FAILED: _ClassVar[Readiness]
TASK_UNSPECIFIED: Task
TASK_TRANSLATION: Task
TASK_ENTITIES: Task
TASK_SUMMARIZATION: Task
TASK_IMAGE_CLASSIFICATION: Task
TASK_OBJECT_DETECTION: Task
TASK_IMAGE_GENERATION: Task
READINESS_UNSPECIFIED: Readiness
READINESS_LOADING: Readiness
READINESS_READY: Readiness
READINESS_FAILED: Readiness

class ListModelsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListModelsReply(_message.Message):
    __slots__ = ("models",)
    MODELS_FIELD_NUMBER: _ClassVar[int]
    models: _containers.RepeatedCompositeFieldContainer[Model]
    def __init__(self, models: _Optional[_Iterable[_Union[Model, _Mapping]]] = ...) -> None: ...

class GetModelRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class Limits(_message.Message):
    __slots__ = ("max_items", "max_characters", "max_bytes", "max_pixels", "max_explained_characters", "max_request_bytes", "max_reply_bytes")
    MAX_ITEMS_FIELD_NUMBER: _ClassVar[int]
    MAX_CHARACTERS_FIELD_NUMBER: _ClassVar[int]
    MAX_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_PIXELS_FIELD_NUMBER: _ClassVar[int]
    MAX_EXPLAINED_CHARACTERS_FIELD_NUMBER: _ClassVar[int]
    MAX_REQUEST_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_REPLY_BYTES_FIELD_NUMBER: _ClassVar[int]
    max_items: int
    max_characters: int
    max_bytes: int
    max_pixels: int
    max_explained_characters: int
    max_request_bytes: int
    max_reply_bytes: int
    def __init__(self, max_items: _Optional[int] = ..., max_characters: _Optional[int] = ..., max_bytes: _Optional[int] = ..., max_pixels: _Optional[int] = ..., max_explained_characters: _Optional[int] = ..., max_request_bytes: _Optional[int] = ..., max_reply_bytes: _Optional[int] = ...) -> None: ...

class Model(_message.Message):
    __slots__ = ("name", "task", "source_languages", "target_languages", "labels", "limits", "version", "digest", "engine", "device", "readiness", "is_default", "streams", "explains")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    SOURCE_LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    TARGET_LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    READINESS_FIELD_NUMBER: _ClassVar[int]
    IS_DEFAULT_FIELD_NUMBER: _ClassVar[int]
    STREAMS_FIELD_NUMBER: _ClassVar[int]
    EXPLAINS_FIELD_NUMBER: _ClassVar[int]
    name: str
    task: Task
    source_languages: _containers.RepeatedScalarFieldContainer[str]
    target_languages: _containers.RepeatedScalarFieldContainer[str]
    labels: _containers.RepeatedScalarFieldContainer[str]
    limits: Limits
    version: str
    digest: str
    engine: str
    device: str
    readiness: Readiness
    is_default: bool
    streams: bool
    explains: bool
    def __init__(self, name: _Optional[str] = ..., task: _Optional[_Union[Task, str]] = ..., source_languages: _Optional[_Iterable[str]] = ..., target_languages: _Optional[_Iterable[str]] = ..., labels: _Optional[_Iterable[str]] = ..., limits: _Optional[_Union[Limits, _Mapping]] = ..., version: _Optional[str] = ..., digest: _Optional[str] = ..., engine: _Optional[str] = ..., device: _Optional[str] = ..., readiness: _Optional[_Union[Readiness, str]] = ..., is_default: _Optional[bool] = ..., streams: _Optional[bool] = ..., explains: _Optional[bool] = ...) -> None: ...
