from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TextPiece(_message.Message):
    __slots__ = ("text", "start", "end", "start_byte", "end_byte")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    START_BYTE_FIELD_NUMBER: _ClassVar[int]
    END_BYTE_FIELD_NUMBER: _ClassVar[int]
    text: str
    start: int
    end: int
    start_byte: int
    end_byte: int
    def __init__(self, text: _Optional[str] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., start_byte: _Optional[int] = ..., end_byte: _Optional[int] = ...) -> None: ...

class Alignment(_message.Message):
    __slots__ = ("source", "target", "weights")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    WEIGHTS_FIELD_NUMBER: _ClassVar[int]
    source: _containers.RepeatedCompositeFieldContainer[TextPiece]
    target: _containers.RepeatedCompositeFieldContainer[TextPiece]
    weights: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, source: _Optional[_Iterable[_Union[TextPiece, _Mapping]]] = ..., target: _Optional[_Iterable[_Union[TextPiece, _Mapping]]] = ..., weights: _Optional[_Iterable[float]] = ...) -> None: ...

class PieceWeights(_message.Message):
    __slots__ = ("first_piece", "weights")
    FIRST_PIECE_FIELD_NUMBER: _ClassVar[int]
    WEIGHTS_FIELD_NUMBER: _ClassVar[int]
    first_piece: int
    weights: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, first_piece: _Optional[int] = ..., weights: _Optional[_Iterable[float]] = ...) -> None: ...
