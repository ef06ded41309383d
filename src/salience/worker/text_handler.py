"""What the handlers of text models share."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from google.protobuf.message import DecodeError, Message

from salience.engines.engine import Engine
from salience.errors import InvalidInput, ServingError
from salience.tasks.loading import load_task
from salience.tasks.model_folder import ModelFolder
from salience.tasks.task import TextTask
from salience.v1.models_pb2 import Model
from salience.v1.timing_pb2 import Timing
from salience.worker.batch_handler import BatchHandler
from salience.worker.batch_metrics import MeasuredEngine
from salience.worker.placement import Placement

Answer = TypeVar("Answer")
Request = TypeVar("Request", bound=Message)


class TextHandler(BatchHandler[str, Answer]):
    """Answers texts with the task that the model folder names."""

    item_field = "texts"
    task: TextTask[Answer]

    def load(self, model_dir: Path, placement: Placement) -> Model:
        """Load the task, its engine measured."""
        name = ModelFolder(model_dir).name

        def measured(engine: Engine[Any]) -> Engine[Any]:
            return MeasuredEngine(engine, model=name)

        self.task = load_task(
            model_dir,
            engine=placement.engine,
            device=placement.device,
            threads=placement.threads,
            wrap_engine=measured,
        )
        return self.task.model

    def predict(self, items: Sequence[str]) -> Sequence[Answer | ServingError]:
        """Answer the texts of all requests at once."""
        return self.task.answer(items)


def request_texts(kind: type[Request], payload: bytes) -> Sequence[str]:
    """The texts of a serialized request of that kind; there is at least one."""
    try:
        texts: Sequence[str] = kind.FromString(payload).texts  # type: ignore[attr-defined]
    except DecodeError as error:
        raise InvalidInput(f"the payload is no {kind.DESCRIPTOR.name}") from error
    if not texts:
        raise InvalidInput("there are no texts", field="texts")
    return texts


def inference_time(seconds: float) -> Timing:
    """The part of a reply's timing that a worker knows."""
    timing = Timing()
    timing.inference_time.FromNanoseconds(round(seconds * 1e9))
    return timing
