"""What a caller may ask for."""

from dataclasses import dataclass

from salience.errors import PermissionDenied
from salience.gateway.access.task_names import TASK_NAMES
from salience.v1.models_pb2 import Task


@dataclass(frozen=True)
class Scope:
    """Tasks and models; an empty set is every one."""

    tasks: frozenset[Task] = frozenset()
    models: frozenset[str] = frozenset()

    def allows(self, model: str, task: Task) -> bool:
        """Whether that model may be asked; its task may not be known yet."""
        return self._allows_task(task) and (not self.models or model in self.models)

    def require_task(self, task: Task) -> None:
        """Raise PermissionDenied unless the task is allowed."""
        if not self._allows_task(task):
            raise PermissionDenied(f"the API key is not for {TASK_NAMES[task]}")

    def require_model(self, model: str, task: Task) -> None:
        """Raise PermissionDenied unless the model and what it does are allowed."""
        self.require_task(task)
        if not self.allows(model, task):
            raise PermissionDenied(f"the API key is not for model {model}")

    def _allows_task(self, task: Task) -> bool:
        return not self.tasks or task == Task.TASK_UNSPECIFIED or task in self.tasks
