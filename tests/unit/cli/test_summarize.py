"""`salience summarize` against a service."""

import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.client.fake_service import FakeService


def test_each_argument_is_a_text(run: Run, service: FakeService) -> None:
    result = run("summarize", "--server", service.target, "one two", "three four")

    assert (result.stdout, result.exit_code) == ("one\nthree\n", 0)


def test_each_file_is_a_text(run: Run, service: FakeService, tmp_path: Path) -> None:
    files = [tmp_path / "a.txt", tmp_path / "b.txt"]
    for number, file in enumerate(files):
        file.write_text(f"é{number} and\n\nmore\n")

    result = run("summarize", "--server", service.target, *(f"--file={file}" for file in files))

    assert result.stdout == "é0\né1\n"
    assert [list(call.texts) for call in service.calls] == [
        ["é0 and\n\nmore\n", "é1 and\n\nmore\n"]
    ]


def test_a_file_that_is_no_text_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xff")

    result = run("summarize", "--file", str(tmp_path / "a"))

    assert "a is not UTF-8 at byte 0" in result.stderr
    assert result.exit_code == 2


@pytest.mark.parametrize(
    ("option", "value"), [("--sentences", "2"), ("--words", "30"), ("--ratio", "0.25")]
)
def test_a_length_travels_with_the_call(
    run: Run, service: FakeService, option: str, value: str
) -> None:
    run("summarize", "--server", service.target, option, value, "--model", "x", "a text")

    [call] = service.calls
    assert (call.WhichOneof("length"), call.model) == (option.removeprefix("--"), "x")
    assert getattr(call, option.removeprefix("--")) == float(value)


@pytest.mark.parametrize(
    "options",
    [
        ("--sentences", "0"),
        ("--words", "-1"),
        ("--ratio", "0"),
        ("--ratio", "1.5"),
        ("--ratio", "nan"),
        ("--sentences", "2", "--words", "3"),
    ],
)
def test_a_length_that_no_summary_has_is_wrong_usage(
    run: Run, service: FakeService, options: tuple[str, ...]
) -> None:
    result = run("summarize", "--server", service.target, *options, "a text")

    assert result.exit_code == 2
    assert service.calls == []


def test_what_the_text_does_not_say_is_named_on_standard_error(
    run: Run, service: FakeService
) -> None:
    result = run("summarize", "--server", service.target, "fine", "with 7")

    assert result.stdout == "fine\nwith\n"
    assert result.stderr == "salience: text 2: doubtful (not in the text: 7)\n"


def test_json_is_what_http_sends_one_object_a_text(run: Run, service: FakeService) -> None:
    result = run("summarize", "--server", service.target, "--json", "one two")

    found = json.loads(result.stdout)["summary"]
    assert found.pop("text") == "one"
    assert {"sentences", "unsupported", "weighed", "pieces", "piece_weights"} == set(found)
    assert not any(found.values())


def test_an_explanation_is_asked_for_with_the_call_and_shown_as_json(
    run: Run, service: FakeService
) -> None:
    asked = ("summarize", "--server", service.target, "--explain", "one two")

    run(*asked, "--json")
    refused = run(*asked)

    (call,) = service.calls
    assert call.explain
    assert "--explain needs --json" in refused.stderr
