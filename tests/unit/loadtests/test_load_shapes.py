"""Shapes, objectives and the page of a load test."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.load.objectives import Objectives, Outcome, missed
from loadtests.load.plots import write_plots
from loadtests.load.shapes import SHAPES, users_at

OBJECTIVES = Objectives(p99_milliseconds=500, error_share=0.01, late_share=0.05)


@given(st.sampled_from(sorted(SHAPES)), st.floats(0, 59.9), st.integers(1, 500))
def test_there_are_always_users_and_never_more_than_the_peak(
    shape: str, seconds: float, peak: int
) -> None:
    users = users_at(shape, seconds, run_seconds=60, peak=peak)

    assert users is not None
    assert 1 <= users <= peak


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("step", [4, 8, 12, 16, 20]),
        ("spike", [2, 2, 20, 2, 2]),
        ("soak", [20, 20, 20, 20, 20]),
        ("constant", [20, 20, 20, 20, 20]),
    ],
)
def test_a_shape_has_so_many_users_in_each_fifth_of_the_time(
    shape: str, expected: list[int]
) -> None:
    middles = [6.0 + 12.0 * number for number in range(5)]

    users = [users_at(shape, seconds, run_seconds=60, peak=20) for seconds in middles]

    assert users == expected


def test_a_load_ends() -> None:
    assert users_at("step", 60.0, run_seconds=60, peak=20) is None


@pytest.mark.parametrize(
    ("outcome", "complaint"),
    [
        (Outcome("Translate", 0, 0, 0.0), "no call"),
        (Outcome("Translate", 100, 0, 501.0), "p99 is 501 ms"),
        (Outcome("Translate", 100, 2, 400.0), "2 of 100 failed"),
        (Outcome("Translate", 100, 0, 400.0, late=6), "6 of 100 were sent late"),
    ],
)
def test_what_was_missed_is_said(outcome: Outcome, complaint: str) -> None:
    [line] = missed(OBJECTIVES, outcome)

    assert complaint in line


def test_an_objective_that_is_just_met_is_met() -> None:
    assert not list(missed(OBJECTIVES, Outcome("Translate", 100, 1, 500.0, late=5)))


def test_the_page_shows_the_verdict_and_the_curves(tmp_path: Path) -> None:
    names = ("current_rps", "current_fail_per_sec", "user_count")
    percentiles = ("response_time_percentile_0.5", "response_time_percentile_0.95")
    history = [{name: ["now", 3.0] for name in (*names, *percentiles)}] * 3

    page = tmp_path / "new" / "load.html"
    write_plots(page, history, [Outcome("gRPC <b>", 10, 1, 20.0)], ["too <slow>"])

    text = page.read_text()
    assert text.count("<svg") == 2
    assert "too &lt;slow&gt;" in text
    assert "<td>gRPC &lt;b&gt;</td><td>10</td><td>1</td>" in text
