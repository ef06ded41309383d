import pytest

from salience.decoding.generated import Generated
from salience.tasks.suspicions import suspicions
from salience.v1.translation_pb2 import Suspicion

SOURCE = list(range(100, 110))


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (Generated(list(range(12)), -0.1, finished=True), []),
        (Generated([7], -0.1, finished=True), [Suspicion.SUSPICION_LENGTH]),
        (Generated(list(range(26)), -0.1, finished=True), [Suspicion.SUSPICION_LENGTH]),
        (
            Generated([5, 6, 7] * 3, -0.1, finished=True),
            [Suspicion.SUSPICION_REPETITION],
        ),
        (Generated(list(range(12)), -0.1, finished=False), [Suspicion.SUSPICION_UNFINISHED]),
    ],
)
def test_what_stands_out_is_reported(output: Generated, expected: list[Suspicion]) -> None:
    assert list(suspicions(SOURCE, output)) == expected


def test_a_repetition_that_the_source_has_too_is_not_suspect() -> None:
    laughter = [9, 9, 9, 9]

    assert list(suspicions(laughter, Generated(laughter, -0.1, finished=True))) == []
