"""Asks for the answers to examples, and measures them."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from salience.errors import InvalidInput, ServingError
from salience.evaluation.evaluation import Ask, Evaluation, Figure

FULL_CALL = 8 * 2**20
"""Characters or bytes of the items; with one more of the largest, less than a service takes."""


@dataclass(frozen=True)
class Outcome:
    """What came of a set of examples; each error counted as a wrong answer.

    `labels` are those that the examples have, where they have any.
    """

    figures: dict[str, Figure]
    num_examples: int
    errors: list[str]
    labels: set[str]
    seconds: float


def evaluate(
    evaluation: Evaluation[Any, Any, Any],
    examples: Iterable[Any],
    ask: Ask,
    *,
    items_per_call: int,
    done: Callable[[int], None] = lambda number: None,
) -> Outcome:
    """Measure all the examples; `done` hears how many more have been answered.

    Raises a ServingError when a call fails for another reason than its items.
    """
    judged: list[Any] = []
    errors: list[str] = []
    labels: set[str] = set()
    started = time.monotonic()
    for group in _calls(evaluation, examples, items_per_call):
        answers = _answers(ask, [item for _, item in group])
        for (example, _), answer in zip(group, answers, strict=True):
            labels.update(evaluation.labels(example))
            if isinstance(answer, ServingError):
                errors.append(f"example {len(judged) + 1}: {answer.message}")
            judged.append(
                evaluation.judge(example, None if isinstance(answer, ServingError) else answer)
            )
        done(len(group))
    if not judged:
        raise InvalidInput("there is no example to evaluate")
    seconds = time.monotonic() - started
    return Outcome(evaluation.measure(judged), len(judged), errors, labels, seconds)


def _answers(ask: Ask, items: Sequence[Any]) -> Sequence[Any | ServingError]:
    """A call of which no item could be served fails as a whole; its items share the error."""
    try:
        return ask(items)
    except InvalidInput as error:
        if not error.field.startswith(("texts[", "images[", "seeds[")):
            raise
        return [error] * len(items)


def _calls(
    evaluation: Evaluation[Any, Any, Any], examples: Iterable[Any], most: int
) -> Iterator[list[tuple[Any, Any]]]:
    """Examples and their items, as many as one call takes."""
    call: list[tuple[Any, Any]] = []
    for example in examples:
        call.append((example, evaluation.item(example)))
        if len(call) == most or sum(_size(item) for _, item in call) >= FULL_CALL:
            yield call
            call = []
    if call:
        yield call


def _size(item: str | bytes | int) -> int:
    """A seed has none to speak of."""
    return 0 if isinstance(item, int) else len(item)
