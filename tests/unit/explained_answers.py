"""An explained answer of every task, with the item that it answers."""

import io
from collections.abc import Sequence

from google.protobuf.message import Message
from PIL import Image

from salience.v1.entities_pb2 import Entities, Entity
from salience.v1.explanations_pb2 import PieceWeights, TextPiece
from salience.v1.images_pb2 import (
    AttentionMap,
    Classification,
    DetectedObject,
    Detection,
    GeneratedImage,
    ImageClass,
)
from salience.v1.models_pb2 import Task
from salience.v1.summarization_pb2 import Summary, SummarySentence
from tests.unit.client.fake_service import shouted


def png(size: tuple[int, int] = (4, 4)) -> bytes:
    """A red picture's file."""
    file = io.BytesIO()
    Image.new("RGB", size, "red").save(file, "PNG")
    return file.getvalue()


MAP = AttentionMap(rows=1, columns=2, weights=[0.25, 0.75])
PIECES = [TextPiece(text="in", end=2), TextPiece(text="<b>", start=3, end=6)]
NAME = Entity(text="<b>", label="LOC", attention=PieceWeights(first_piece=1, weights=[1]))
CELL = DetectedObject(label="<b>", left=1, width=2, height=2, attention=MAP)
EXPLAINED: dict[Task, Sequence[tuple[str | bytes | int, Message]]] = {
    Task.TASK_TRANSLATION: [("<b> & ja", shouted("<b> & ja", explain=True))],
    Task.TASK_ENTITIES: [
        ("in <b>", Entities(entities=[NAME], pieces=PIECES)),
        ("in <b>", Entities(pieces=PIECES)),
    ],
    Task.TASK_SUMMARIZATION: [
        ("<b>.", Summary(text="<b>.", weighed=[SummarySentence(text="<b>.", end=4, score=0.5)])),
        ("<b>", Summary(text="<b>", pieces=[TextPiece(text="<b>", end=3)], piece_weights=[1.0])),
    ],
    Task.TASK_IMAGE_CLASSIFICATION: [
        (
            png(),
            Classification(
                classes=[ImageClass(label="<b>", probability=0.5)],
                attention=AttentionMap(rows=1, columns=2, weights=[0.25, 0.75], overlay=png()),
            ),
        )
    ],
    Task.TASK_OBJECT_DETECTION: [
        (png(), Detection(objects=[CELL], width=10, height=10)),
        (png(), Detection(width=10, height=10)),
    ],
    Task.TASK_IMAGE_GENERATION: [(7, GeneratedImage(png=png(), width=4, height=4, attention=MAP))],
}
EVERY = [answered for of_task in EXPLAINED.values() for answered in of_task]
TASKS = set(Task.values()) - {Task.TASK_UNSPECIFIED}

NOT_EXPLAINED: Sequence[tuple[str | bytes | int, Message]] = [
    ("ja", shouted("ja")),
    ("a", Entities(entities=[Entity(text="a", label="LOC", end=1)])),
    ("a", Summary(text="a")),
    (png(), Classification()),
    (png(), Classification(classes=[ImageClass(label="a")])),
    (png(), Detection(objects=[DetectedObject(label="a")])),
    (7, GeneratedImage(png=png())),
]
