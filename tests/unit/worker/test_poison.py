from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salience.errors import InvalidInput, ItemFailed, ServingError
from salience.worker.poison import DeviceLost, device_is_lost, predict_around_poison


def doubled(items: Sequence[int]) -> list[int | ServingError]:
    """Doubles; a negative number breaks it."""
    if any(item < 0 for item in items):
        raise ArithmeticError("negative")
    return [2 * item for item in items]


@given(st.lists(st.integers(-3, 3)))
def test_exactly_the_poison_is_blamed(items: list[int]) -> None:
    blamed: list[int] = []

    answers = predict_around_poison(doubled, items, lambda item, _: blamed.append(item))

    assert blamed == [item for item in items if item < 0]
    assert [None if isinstance(answer, ItemFailed) else answer for answer in answers] == [
        None if item < 0 else 2 * item for item in items
    ]


@pytest.mark.parametrize(
    "error",
    [MemoryError(), RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")],
    ids=["host", "device"],
)
def test_a_batch_too_big_for_the_memory_runs_in_halves(error: Exception) -> None:
    sizes = []

    def predict(items: Sequence[str]) -> list[str | ServingError]:
        sizes.append(len(items))
        if len(items) > 2:
            raise error
        return list(items)

    answers = predict_around_poison(predict, "abcdefgh", lambda *_: pytest.fail("blamed"))

    assert answers == list("abcdefgh")
    assert sizes == [8, 4, 2, 2, 4, 2, 2]


def test_a_lost_device_ends_the_process_and_blames_nobody() -> None:
    def predict(items: Sequence[str]) -> list[str | ServingError]:
        raise RuntimeError("CUDA error: an illegal memory access was encountered")

    with pytest.raises(DeviceLost) as lost:
        predict_around_poison(predict, "ab", lambda *_: pytest.fail("blamed"))
    assert not isinstance(lost.value, Exception), "TorchServe would catch it"


@pytest.mark.parametrize(
    ("message", "lost"),
    [
        ("CUDA error: device-side assert triggered", True),
        ("CUDA failed with error unspecified launch failure", True),
        ("CUBLAS_STATUS_NOT_INITIALIZED", True),
        ("CUDA failed with error out of memory", False),
        ("index out of range", False),
    ],
)
def test_only_a_broken_device_is_lost(message: str, lost: bool) -> None:
    assert device_is_lost(RuntimeError(message)) is lost


def test_an_error_meant_for_the_caller_is_kept() -> None:
    def predict(items: Sequence[str]) -> list[str | ServingError]:
        if "b" in items:
            raise InvalidInput("no b")
        return list(items)

    first, second = predict_around_poison(predict, "ab", lambda *_: pytest.fail("blamed"))

    assert first == "a"
    assert isinstance(second, InvalidInput)


def test_a_model_that_loses_an_answer_is_broken() -> None:
    blamed = []

    def predict(items: Sequence[str]) -> list[str | ServingError]:
        return [item for item in items if item != "b"]

    answers = predict_around_poison(predict, "abc", lambda item, _: blamed.append(item))

    assert blamed == ["b"]
    assert (answers[0], answers[2]) == ("a", "c")
