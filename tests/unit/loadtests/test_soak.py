from collections.abc import Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from loadtests.soak.calls import Call, failure_kind, latency, read_calls, write_call
from loadtests.soak.growth import MEBIBYTE, Growth, Sample, growth_by_part, theil_sen
from loadtests.soak.report import print_report
from loadtests.soak.verdict import Soak, complaints
from salience.errors import Overloaded

HOUR = 3600.0
FLAT = Growth(first=1000 * MEBIBYTE, last=1001 * MEBIBYTE, per_hour=MEBIBYTE)
BORNE = Soak(
    calls=[Call(float(second), "gRPC Translate 1", 5.0, "") for second in range(100)],
    growth={"gateway": FLAT},
    num_killed_clients=3,
    is_ready=True,
)


def samples(sizes: Sequence[int]) -> list[Sample]:
    """A part's, a minute apart."""
    return [Sample(60.0 * minute, {"gateway": size}) for minute, size in enumerate(sizes)]


def shown(soak: Soak) -> str:
    file = StringIO()
    print_report(soak, Console(file=file, width=120), warm_up_seconds=10.0)
    return file.getvalue()


@given(st.floats(-1e6, 1e6), st.integers(3, 30))
def test_the_slope_of_a_line_is_its_own_whatever_one_point_does(slope: float, count: int) -> None:
    line = [(float(x), slope * x) for x in range(count)]
    assert theil_sen(line) == pytest.approx(slope, abs=1e-6)

    spoilt = [*line, (float(count), 1e12)]
    if count > 4:  # fewer than half of the pairs have the spoilt point
        assert theil_sen(spoilt) == pytest.approx(slope, abs=1e-6)


def test_growth_is_measured_after_the_warm_up_and_told_per_hour() -> None:
    loading = [0, 500 * MEBIBYTE]
    steady = [900 * MEBIBYTE + minute * MEBIBYTE for minute in range(10)]

    growth = growth_by_part(samples([*loading, *steady]), warm_up_seconds=120.0)["gateway"]

    assert (growth.first, growth.last) == (900 * MEBIBYTE, 909 * MEBIBYTE)
    assert growth.per_hour == pytest.approx(60 * MEBIBYTE)
    assert not growth.is_flat


def test_a_part_seen_once_has_no_growth() -> None:
    assert growth_by_part(samples([1, 2]), warm_up_seconds=60.0) == {}


@pytest.mark.parametrize(
    ("first", "per_hour", "is_flat"),
    [(100, 32, True), (100, 33, False), (2000, 100, True), (2000, 101, False), (100, -900, True)],
)
def test_a_twentieth_an_hour_is_flat_or_32_mebibytes(
    first: int, per_hour: int, is_flat: bool
) -> None:
    assert Growth(first * MEBIBYTE, 0, per_hour * MEBIBYTE).is_flat == is_flat


def test_a_soak_that_was_borne_has_no_complaint() -> None:
    assert list(complaints(BORNE)) == []
    assert shown(BORNE).endswith("3 clients killed in mid-call\nborne\n")


def test_failures_are_told_by_call_and_kind() -> None:
    failed = [Call(1.0, "gRPC Summarize 2", 1.0, "OVERLOADED")] * 2
    soak = replace(BORNE, calls=[*BORNE.calls, *failed])

    assert list(complaints(soak)) == ["gRPC Summarize 2: 2 failed with OVERLOADED"]
    assert "102 calls, 2 failed" in shown(soak)
    assert shown(soak).endswith("FAILED\n")


def test_a_part_that_grows_is_told_with_its_slope() -> None:
    leak = Growth(first=100 * MEBIBYTE, last=200 * MEBIBYTE, per_hour=300 * MEBIBYTE)

    soak = replace(BORNE, growth={"worker": leak})

    assert list(complaints(soak)) == ["the worker grows by 300 MiB an hour, more than 32"]


@pytest.mark.parametrize(
    ("soak", "complaint"),
    [
        (replace(BORNE, calls=[]), "no call was made"),
        (replace(BORNE, growth={}), "no memory was measured"),
        (replace(BORNE, num_killed_clients=0), "no client was killed"),
        (replace(BORNE, is_ready=False), "not every model answers at the end"),
    ],
)
def test_what_was_not_tried_or_does_not_live_is_a_complaint(soak: Soak, complaint: str) -> None:
    assert list(complaints(soak)) == [complaint]


def test_latencies_are_of_the_calls_that_were_answered_in_a_span() -> None:
    calls = [Call(second / 10, "a", float(second), "") for second in range(201)]
    failed = Call(5.0, "a", 9999.0, "OVERLOADED")

    found = latency([*calls, failed], since=0.0, until=10.05)

    assert found
    assert (found.p50, found.p99) == (50.0, 99.0)
    assert latency(calls, since=99.0, until=100.0) is None


def test_calls_are_read_as_they_were_written(tmp_path: Path) -> None:
    calls = [Call(1.5, "HTTP /v1/translate 1", 2.5, ""), Call(2.0, "b", 1.0, "OVERLOADED")]
    file = tmp_path / "calls"
    with file.open("w") as lines:
        for call in calls:
            write_call(call, lines)

    assert read_calls(file) == calls


def test_a_failure_is_told_by_its_code_or_by_the_first_of_what_it_says() -> None:
    assert failure_kind(None) == ""
    assert failure_kind(Overloaded("too much", retry_seconds=1.0)) == "OVERLOADED"
    assert failure_kind(ValueError('status 400: {"x": 1}')) == "ValueError: status 400"
    assert failure_kind(OSError("gone " * 50)).startswith("OSError: gone gone")
    assert len(failure_kind(OSError("gone " * 50))) == 60
