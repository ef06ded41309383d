from collections.abc import Sequence

from loadtests.explain_price import ITEMS, MODELS, STORE, measure
from salience.errors import ServingError
from salience.tasks.model_folder import ModelFolder
from salience.v1.models_pb2 import Model, Task


class SlowToExplain:
    """Implements Task: an item that is True takes more of the processor."""

    model = Model()

    def __init__(self) -> None:
        self.calls: list[list[bool]] = []

    def answer(self, items: Sequence[bool], /) -> list[bool | ServingError]:
        self.calls.append(list(items))
        sum(range(400_000 if items[0] else 1_000))
        return list(items)


def test_the_price_is_of_calls_of_that_size_in_both_ways() -> None:
    task = SlowToExplain()

    taken = measure(task, [False], [True], num_items=3, turns=4)

    assert taken.explained > taken.plain
    assert sorted(task.calls) == [[False] * 3] * 5 + [[True] * 3] * 5


def test_every_task_has_a_price() -> None:
    tasks = set(Task.keys()) - {"TASK_UNSPECIFIED"}

    assert {f"TASK_{name.upper()}" for name in ITEMS} == tasks
    assert {f"TASK_{ModelFolder(STORE / name).task.upper()}" for name in MODELS} == tasks


def test_the_items_differ_only_in_what_is_asked() -> None:
    for items in ITEMS.values():
        plain, explained = items(False), items(True)
        assert len(plain) == len(explained) > 8
        assert plain != explained
