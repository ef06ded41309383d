"""Serving the neighbours of an item that breaks the model."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from salience.errors import ItemFailed, ServingError

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Predict = Callable[[Sequence[Item]], Sequence[Answer | ServingError]]
Report = Callable[[Item, Exception], None]


class DeviceLost(SystemExit):
    """Ends the worker, so that TorchServe starts another with a fresh device.

    TorchServe's loop survives every Exception, but not this.
    """


def predict_around_poison(
    predict: Predict[Item, Answer], items: Sequence[Item], report: Report[Item]
) -> list[Answer | ServingError]:
    """Answer every item; one that makes `predict` raise gets an error in its place.

    A batch that raises is halved until the culprit stands alone, which also serves a
    batch that was merely too big for the memory. Every culprit is passed to `report`.

    Raises:
        DeviceLost: the device is gone, and no item is to blame.
    """
    if not items:
        return []
    try:
        return _one_answer_each(predict(items), items)
    except Exception as error:  # the edge of the process: whatever a model can raise
        if device_is_lost(error):
            raise DeviceLost(str(error)) from error
        if len(items) == 1:
            return [_blame(items[0], error, report)]
    middle = len(items) // 2
    halves = items[:middle], items[middle:]
    return [answer for half in halves for answer in predict_around_poison(predict, half, report)]


def device_is_lost(error: Exception) -> bool:
    """Whether a CUDA error leaves the process unable to compute; lack of memory does not."""
    message = str(error)
    about_the_device = any(sign in message for sign in ("CUDA", "CUBLAS", "CUDNN"))
    return about_the_device and "out of memory" not in message.lower()


def _one_answer_each(
    answers: Sequence[Answer | ServingError], items: Sequence[Item]
) -> list[Answer | ServingError]:
    if len(answers) != len(items):
        raise ValueError(f"{len(items)} items got {len(answers)} answers")
    return list(answers)


def _blame(item: Item, error: Exception, report: Report[Item]) -> ServingError:
    if isinstance(error, ServingError):
        return error
    report(item, error)
    return ItemFailed("the model failed on this item")
