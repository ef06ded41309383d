from collections.abc import Sequence
from io import StringIO

from rich.console import Console

from loadtests.decoding import GREEDY, Tried, settings, table, try_all
from salience.errors import ServingError
from salience.tasks.translation_item import TranslationItem, TranslationOptions
from salience.v1.models_pb2 import Model
from salience.v1.translation_pb2 import Translation

SOURCES = [f"sentence number {number} is here" for number in range(7)]


class Shouting:
    """Implements Task: greedy search forgets the last word; keeps the order of its calls."""

    model = Model(name="shouting")

    def __init__(self) -> None:
        self.calls: list[tuple[TranslationOptions, int]] = []

    def answer(self, items: Sequence[TranslationItem], /) -> list[Translation | ServingError]:
        self.calls.append((items[0].options, len(items)))
        return [Translation(text=self.shouted(item)) for item in items]

    def shouted(self, item: TranslationItem) -> str:
        words = item.text.upper().split()
        return " ".join(words[:-1] if item.options == GREEDY else words)


def tried_on(task: Shouting) -> list[Tried]:
    tried = [Tried(options) for options in settings([1, 4], [0.5, 1.0])]
    try_all(task, SOURCES, tried, batch=3)
    return tried


def test_greedy_search_is_tried_once_and_each_wider_beam_with_each_penalty() -> None:
    assert [(one.beam_size, one.length_penalty) for one in settings([4, 2, 1], [0.5, 1.0])] == [
        *((1, None), (2, 0.5), (2, 1.0), (4, 0.5), (4, 1.0))
    ]


def test_every_setting_translates_every_batch_in_turn() -> None:
    task = Shouting()

    tried = tried_on(task)

    warm_up, measured = task.calls[:3], task.calls[3:]
    assert [count for _, count in warm_up] == [1, 1, 1]
    assert [count for _, count in measured] == [3, 3, 3, 3, 3, 3, 1, 1, 1]
    firsts = [options for options, _ in measured[::3]]
    assert firsts == [one.options for one in tried]
    assert all(one.seconds > 0 for one in tried)


def test_the_table_sets_each_setting_beside_greedy_search() -> None:
    tried = tried_on(Shouting())
    for one in tried:
        one.seconds = 1.0 if one.options == GREEDY else 2.0
    output = StringIO()

    Console(file=output, width=100).print(table(tried, [text.upper() for text in SOURCES]))

    rows = [line.split() for line in output.getvalue().splitlines()[1:]]
    assert rows[1:] == [
        ["4", "0.5", "100.00", "1.000", "4", "0.50"],
        ["4", "1", "100.00", "1.000", "4", "0.50"],
    ]
    assert (rows[0][0], rows[0][-3:]) == ("1", ["0.800", "7", "1.00"])
