"""Whether an answer tells where its model looked."""

from functools import singledispatch
from typing import Any

from salience.errors import InvalidInput
from salience.v1.entities_pb2 import Entities
from salience.v1.images_pb2 import Classification, Detection, GeneratedImage
from salience.v1.summarization_pb2 import Summary
from salience.v1.translation_pb2 import Translation


def check_explained(answer: Any) -> None:
    """Raise InvalidInput for an answer without attention, TypeError for what is none."""
    if not _explained(answer):
        raise InvalidInput(
            "the answer carries no attention: ask for it with explain; a text that stays as it"
            " is has none"
        )


@singledispatch
def _explained(answer: Any) -> bool:
    raise TypeError(f"{type(answer).__name__} is no answer that can be explained")


@_explained.register
def _(answer: Translation) -> bool:
    return bool(answer.alignments)


@_explained.register
def _(answer: Entities) -> bool:
    return bool(answer.pieces)


@_explained.register
def _(answer: Summary) -> bool:
    return bool(answer.weighed or answer.piece_weights)


@_explained.register
def _(answer: Classification) -> bool:
    return bool(answer.attention.overlay)


@_explained.register
def _(answer: Detection) -> bool:
    return all(found.attention.weights for found in answer.objects)


@_explained.register
def _(answer: GeneratedImage) -> bool:
    return bool(answer.attention.weights)
