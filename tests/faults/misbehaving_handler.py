"""TorchServe entry point of a model that does to its process what its items say.

`raise`, `memory` and `torch` raise; `die` kills the process; `grow` makes it large for good;
`sleep 1.5` takes that long; `long 1000` is answered with so many characters. Images are decoded
where they are PNG. Anything else is answered.
"""

import json
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from salience.errors import ServingError
from salience.gateway.task_kinds import TASK_KINDS, TaskKind
from salience.rpc_status import status_of
from salience.v1.models_pb2 import Limits, Model
from salience.vision.decoding import ImageLimits, decode_image
from salience.worker.batch_handler import BatchHandler
from salience.worker.placement import Placement

LIMITS = Limits(max_items=64, max_characters=1000, max_bytes=1000, max_pixels=10_000)
GROWTH_BYTES = 2**29
DONE = "done"
HOARD: list[bytes] = []
PNG_BEGINS = b"\x89PNG"


class MisbehavingHandler(BatchHandler[Any, str]):
    """Speaks the messages of the task that misbehaviour.json names."""

    kind: TaskKind
    result_field: str

    def load(self, model_dir: Path, placement: Placement) -> Model:
        """There is nothing to load but a name."""
        name, task = json.loads((model_dir / "misbehaviour.json").read_text())
        self.kind = next(kind for known, kind in TASK_KINDS.items() if known == task)
        type(self).item_field = self.kind.items.field
        fields = self.kind.reply_type().results.add().DESCRIPTOR.fields
        self.result_field = next(field.name for field in fields if field.name != "error")
        return Model(
            name=name,
            task=self.kind.task,
            source_languages=["en"],
            target_languages=["de"],
            limits=LIMITS,
            version="1.0",
            engine="none",
            device=placement.device,
        )

    def parse(self, payload: bytes) -> Sequence[Any]:
        """The items of a request."""
        return list(self.kind.items.of(self.kind.request_type.FromString(payload)))

    def predict(self, items: Sequence[Any]) -> Sequence[str | ServingError]:
        """Do what they say."""
        return [look_at(item) if is_png(item) else answer_to(item) for item in items]

    def encode(self, answers: Sequence[str | ServingError], seconds: float) -> bytes:
        """The reply of the task, its answers empty; those that are long lengthen the version."""
        long = [answer for answer in answers if isinstance(answer, str) and answer != DONE]
        version = "".join([self.model.version, *long])
        reply = self.kind.reply_type(model=self.model.name, model_version=version)
        for answer in answers:
            result = reply.results.add()
            if isinstance(answer, ServingError):
                result.error.CopyFrom(status_of(answer))
            else:
                getattr(result, self.result_field).SetInParent()
        return bytes(reply.SerializeToString())


def is_png(item: str | bytes) -> bool:
    return isinstance(item, bytes) and item.startswith(PNG_BEGINS)


def look_at(image: bytes) -> str | ServingError:
    """Decode it, as far as the limits allow."""
    try:
        decode_image(image, limits=ImageLimits(LIMITS.max_bytes, LIMITS.max_pixels))
    except ServingError as error:
        return error
    return DONE


def answer_to(item: str | bytes) -> str:
    """What it asks for, once it is done."""
    text = item if isinstance(item, str) else item.decode(errors="replace")
    misbehave(text)
    word, _, argument = text.partition(" ")
    return "x" * int(argument) if word == "long" else DONE


def misbehave(item: str) -> None:
    """What an item asks for."""
    word, _, argument = item.partition(" ")
    match word:
        case "raise":
            raise ArithmeticError(item)
        case "memory":
            bytearray(2**60)
        case "torch":
            torch.empty(2**50)
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "grow":
            HOARD.append(b"x" * GROWTH_BYTES)
        case "sleep":
            time.sleep(float(argument))


def plain(rows: list[dict[str, Any]] | None, context: object) -> list[str]:
    """The same model as one would write it for TorchServe alone: a text in, a text out."""
    return [answer_to(bytes(row["body"])) for row in rows or []]
