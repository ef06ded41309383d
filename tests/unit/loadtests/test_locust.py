"""Locust itself, run as an operator runs it, against a gateway before a fake TorchServe."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from loadtests.sentences import read_sentences
from loadtests.soak.calls import failures, read_calls
from tests.unit.gateway.harness import Harness, running_harness

Done = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def gateway() -> Iterator[Harness]:
    with running_harness() as harness:
        yield harness


def run_locust(file: str, *options: str) -> Done:
    command = [sys.executable, "-m", "locust", "-f", f"loadtests/{file}.py", "--headless"]
    return subprocess.run(
        [*command, "--only-summary", *options],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def addresses(gateway: Harness) -> list[str]:
    http, grpc = gateway.ports.http, gateway.ports.grpc
    return ["--host", f"http://127.0.0.1:{http}", "--grpc-target", f"127.0.0.1:{grpc}"]


def arrivals(gateway: Harness, *options: str) -> Done:
    """Twenty a second for eight seconds, at most."""
    rate = [
        "--rate",
        "20",
        "--users",
        "2",
        "--spawn-rate",
        "2",
        "--run-time",
        "8s",
        "--stop-timeout",
        "10",
    ]
    return run_locust("open_loop", *addresses(gateway), *rate, *options)


def test_a_load_on_nothing_fails() -> None:
    nowhere = ["--host", "http://127.0.0.1:1", "--grpc-target", "127.0.0.1:1"]
    brief = ["--users", "2", "--spawn-rate", "2", "--run-time", "5s"]

    done = run_locust("locustfile", *nowhere, *brief)

    assert done.returncode == 1
    assert "gRPC" in done.stderr
    assert "/v1/" in done.stderr


def test_arrivals_over_two_processes_meet_an_objective_and_are_reported(
    gateway: Harness, tmp_path: Path
) -> None:
    page = tmp_path / "load.html"
    generous = ["--p99-ms", "20000", "--late-share", "1", "--load-report", str(page)]

    done = arrivals(gateway, *generous, "--processes", "2", "--html", str(tmp_path / "own.html"))

    assert done.returncode == 0, done.stderr
    assert "every objective was met" in done.stdout
    calls = sum(map(int, re.findall(r"</td><td>(\d+)</td><td>0</td>", page.read_text())))
    assert 20 < calls < 200
    assert (tmp_path / "own.html").exists()


def test_every_call_of_a_soak_is_noted_and_its_rude_users_are_borne(
    gateway: Harness, tmp_path: Path
) -> None:
    """The fake knows no photo and no names, so that others fail."""
    file = tmp_path / "calls"
    brief = ["--users", "6", "--spawn-rate", "6", "--run-time", "8s", "--stop-timeout", "10"]

    run_locust("soak/locustfile", *addresses(gateway), *brief, "--calls", str(file))

    rude = [call for call in read_calls(file) if call.name.startswith("rude")]
    assert {call.name.split()[1] for call in rude} == {"gRPC", "HTTP"}
    assert not failures(rude)
    assert gateway.is_ready


def test_an_objective_that_is_missed_sets_the_exit_code(gateway: Harness) -> None:
    done = arrivals(gateway, "--p99-ms", "0.01", "--late-share", "1")

    assert done.returncode == 1
    assert "more than 0 ms" in done.stdout


def test_arrivals_that_have_no_answer_at_the_end_have_failed(gateway: Harness) -> None:
    gateway.fake.held = {one.text for one in read_sentences("entities")}
    try:
        done = arrivals(gateway, "--tasks", "entities", "--patience", "0.1", "--p99-ms", "1e9")
    finally:
        gateway.fake.forget()

    assert done.returncode == 1
    for kind in ("gRPC", "HTTP"):
        [(failed, calls)] = re.findall(
            kind + r" RecognizeEntities: (\d+) of (\d+) failed", done.stdout
        )
        assert int(failed) == int(calls) > 20


def test_users_come_in_a_shape_and_wrong_answers_miss_the_objective(gateway: Harness) -> None:
    """The fake knows no photo, so that its classes are wrong."""
    brief = ["--shape", "spike", "--peak-users", "4", "--shape-seconds", "3"]

    done = run_locust("shaped", *addresses(gateway), *brief, "--p99-ms", "20000")

    assert done.returncode == 1
    assert "failed, more than 0.00%" in done.stdout
