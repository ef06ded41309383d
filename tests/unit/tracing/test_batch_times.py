import pytest

from salience.tracing.batch_times import BatchTimes


def test_times_survive_their_header() -> None:
    times = BatchTimes(2, 5, 4321, 10, 20, 30, 40)

    assert BatchTimes.of_header(times.header()) == times


@pytest.mark.parametrize("value", ["", "1 2 3", "1 2 3 4 5 6 x", "1 2 3 4 5 6 -7"])
def test_another_header_tells_nothing(value: str) -> None:
    assert BatchTimes.of_header(value) is None
