"""What the handlers of all tasks share."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from salience.engines.engine import Engine
from salience.errors import ServingError
from salience.tasks.loading import load_task
from salience.tasks.model_folder import ModelFolder
from salience.tasks.task import Task
from salience.v1.models_pb2 import Model
from salience.worker.batch_handler import BatchHandler
from salience.worker.batch_metrics import MeasuredEngine, MeasuredImageEngine
from salience.worker.placement import Placement

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class TaskHandler(BatchHandler[Item, Answer]):
    """Answers items with the task that the model folder names."""

    measured_engine: ClassVar[type[MeasuredImageEngine[Any, Any]]] = MeasuredEngine
    task: Task[Item, Answer]

    def load(self, model_dir: Path, placement: Placement) -> Model:
        """Load the task, its engine measured."""
        name = ModelFolder(model_dir).name

        def measured(engine: Engine[Any]) -> Engine[Any]:
            return self.measured_engine(engine, model=name)

        self.task = load_task(
            model_dir,
            engine=placement.engine,
            device=placement.device,
            threads=placement.threads,
            wrap_engine=measured,
        )
        return self.task.model

    def predict(self, items: Sequence[Item]) -> Sequence[Answer | ServingError]:
        """Answer the items of all requests at once."""
        return self.task.answer(items)
