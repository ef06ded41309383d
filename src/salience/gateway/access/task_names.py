"""Tasks by the names that operators write."""

from typing import cast

from salience.v1.models_pb2 import Task

TASKS: dict[str, Task] = {
    name.removeprefix("TASK_").lower(): cast(Task, number)
    for name, number in Task.items()
    if number != Task.TASK_UNSPECIFIED
}
"""`translation`, `entities`, … as `salience models` lists them."""
TASK_NAMES: dict[Task, str] = {task: name for name, task in TASKS.items()}
