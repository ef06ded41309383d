"""`salience translate` told how to search."""

import json

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.client.fake_service import FakeService


def test_how_to_search_goes_with_the_call(run: Run, service: FakeService) -> None:
    run(
        *("translate", "--server", service.target, "hello"),
        *("--beam-size", "6", "--alternatives", "2", "--length-penalty", "0"),
    )

    (call,) = service.calls
    assert (call.beam_size, call.num_alternatives, call.length_penalty) == (6, 2, 0.0)
    assert call.HasField("length_penalty")


def test_what_is_not_given_is_left_to_the_model(run: Run, service: FakeService) -> None:
    run("translate", "--server", service.target, "hello")

    (call,) = service.calls
    assert (call.beam_size, call.num_alternatives) == (0, 0)
    assert not call.HasField("length_penalty")


def test_alternatives_are_indented_below_the_best(run: Run, service: FakeService) -> None:
    result = run(
        *("translate", "--server", service.target, "--beam-size", "4", "--alternatives", "2"),
        *("hello", "bye"),
    )

    assert result.stdout == "HELLO\n  HELLO!\n  HELLO!!\nBYE\n  BYE!\n  BYE!!\n"


def test_where_the_model_looked_is_shown_only_as_json(run: Run, service: FakeService) -> None:
    asked = ("translate", "--server", service.target, "--explain", "hello")

    result = run(*asked, "--json")
    refused = run(*asked)

    (call,) = service.calls
    assert call.explain
    assert json.loads(result.stdout)["translation"]["alignments"][0]["weights"] == [1.0]
    assert "--explain needs --json" in refused.stderr


def test_alternatives_are_in_the_json_too(run: Run, service: FakeService) -> None:
    result = run("translate", "--server", service.target, "--alternatives", "1", "--json", "hello")

    assert json.loads(result.stdout)["translation"] == {
        "text": "HELLO",
        "suspicions": [],
        "score": 0.0,
        "alternatives": [{"text": "HELLO!", "score": -0.5}],
        "alignments": [],
    }


@pytest.mark.parametrize(
    "options",
    [
        ("--beam-size", "0"),
        ("--beam-size", "9"),
        ("--alternatives", "-1"),
        ("--beam-size", "2", "--alternatives", "2"),
        ("--length-penalty", "-0.1"),
        ("--length-penalty", "2.1"),
        ("--length-penalty", "nan"),
    ],
)
def test_a_search_no_model_can_do_is_wrong_usage(
    run: Run, service: FakeService, options: tuple[str, ...]
) -> None:
    result = run("translate", "--server", service.target, *options, "hello")

    assert result.exit_code == 2
    assert service.calls == []
