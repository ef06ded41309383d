import pytest

from salience.client.retries import RetryPolicy, call_with_retries
from salience.errors import InvalidInput, Overloaded

POLICY = RetryPolicy(max_attempts=10, first_pause_seconds=0.1, longest_pause_seconds=1.0)


def test_pauses_double_up_to_the_longest_and_vary() -> None:
    error = Overloaded("later", retry_seconds=0.0)

    pauses = [POLICY.pause_seconds(error, attempt) or 0.0 for attempt in range(1, 10)]

    assert 0.05 <= pauses[0] <= 0.1
    assert 0.2 <= pauses[2] <= 0.4
    assert all(0.5 <= pause <= 1.0 for pause in pauses[4:])
    assert len(set(pauses)) == len(pauses)


def test_a_pause_is_never_shorter_than_the_service_asked() -> None:
    error = Overloaded("later", retry_seconds=3.0)

    assert (POLICY.pause_seconds(error, 1) or 0.0) >= 3.0


def test_there_is_no_pause_after_a_final_error_or_the_last_attempt() -> None:
    assert POLICY.pause_seconds(InvalidInput("never"), 1) is None
    assert POLICY.pause_seconds(Overloaded("later", retry_seconds=0.0), 10) is None


def test_a_pause_past_the_deadline_is_not_begun() -> None:
    slept: list[float] = []

    def overloaded(seconds: float) -> None:
        raise Overloaded("later", retry_seconds=60.0)

    with pytest.raises(Overloaded):
        call_with_retries(overloaded, timeout_seconds=5.0, policy=POLICY, sleep=slept.append)
    assert slept == []


def test_every_attempt_is_told_how_much_time_is_left() -> None:
    offered: list[float] = []

    def works_the_second_time(seconds: float) -> str:
        offered.append(seconds)
        if len(offered) == 1:
            raise Overloaded("later", retry_seconds=0.0)
        return "done"

    reply = call_with_retries(
        works_the_second_time, timeout_seconds=5.0, policy=POLICY, sleep=lambda _: None
    )

    assert reply == "done"
    assert 5.0 >= offered[0] > offered[1] > 4.0
