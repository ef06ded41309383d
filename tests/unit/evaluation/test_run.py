"""Asking for answers in calls, and what becomes of errors."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from salience.data.parallel_text import SentencePair
from salience.errors import InvalidInput, Overloaded, ServingError
from salience.evaluation.kinds import evaluation_of
from salience.evaluation.run import evaluate
from salience.v1.translation_pb2 import Translation

TRANSLATION = evaluation_of("translation")
PAIRS = [SentencePair("", f"number {n}", f"NUMBER {n} IS A LONG SENTENCE") for n in range(7)]


def shout(texts: Sequence[str]) -> list[Translation | ServingError]:
    return [Translation(text=text.upper() + " IS A LONG SENTENCE") for text in texts]


def test_examples_are_asked_for_in_calls_and_counted() -> None:
    calls: list[int] = []
    done: list[int] = []

    def ask(texts: Sequence[str]) -> list[Translation | ServingError]:
        calls.append(len(texts))
        return shout(texts)

    outcome = evaluate(TRANSLATION, iter(PAIRS), ask, items_per_call=3, done=done.append)

    assert calls == done == [3, 3, 1]
    assert outcome.num_examples == 7
    assert outcome.figures["bleu"].value == pytest.approx(100)
    assert outcome.errors == []


def test_an_item_that_fails_counts_as_wrong_and_is_named() -> None:
    def ask(texts: Sequence[str]) -> list[Translation | ServingError]:
        return [*shout(texts[:-1]), InvalidInput("the text is empty", field="texts[6]")]

    outcome = evaluate(TRANSLATION, PAIRS, ask, items_per_call=7)

    assert outcome.errors == ["example 7: the text is empty"]
    assert outcome.num_examples == 7
    assert outcome.figures["bleu"].value < 95


def test_a_call_that_fails_for_its_items_fails_each_of_them() -> None:
    def ask(texts: Sequence[str]) -> list[Translation | ServingError]:
        if "number 0" in texts:
            raise InvalidInput("the text is empty", field="texts[0]")
        return shout(texts)

    outcome = evaluate(TRANSLATION, PAIRS, ask, items_per_call=2)

    assert [error.split(":")[0] for error in outcome.errors] == ["example 1", "example 2"]


@pytest.mark.parametrize(
    "error", [Overloaded("busy"), InvalidInput("no such model", field="model")]
)
def test_a_call_that_fails_as_a_whole_ends_the_evaluation(error: ServingError) -> None:
    def ask(texts: Sequence[str]) -> list[Translation | ServingError]:
        raise error

    with pytest.raises(type(error)):
        evaluate(TRANSLATION, PAIRS, ask, items_per_call=2)


def test_no_example_is_no_evaluation(tmp_path: Path) -> None:
    (tmp_path / "empty.tsv").touch()

    with pytest.raises(InvalidInput, match="no example"):
        evaluate(TRANSLATION, TRANSLATION.read(tmp_path / "empty.tsv", ""), shout, items_per_call=2)
