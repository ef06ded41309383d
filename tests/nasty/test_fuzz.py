"""A second of the fuzzer, and that it finds what is there to find."""

import pytest

from salience.errors import InvalidInput
from tests.nasty.fuzz import Subject, fuzz, subjects, tried


def test_a_second_of_it_finds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert fuzz(1.0, first_seed=1) == 0
    assert "0 findings" in capsys.readouterr().out


def test_it_finds_an_exception_that_is_no_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    def parse(data: bytes) -> None:
        raise KeyError(data) if data[:1] == b"a" else InvalidInput("no")

    subject = Subject("broken", parse, [b"abc"])

    assert {tried(subject, seed) for seed in range(50)} == {"found", "refused"}
    assert "KeyError" in capsys.readouterr().out


def test_the_same_seed_makes_the_same_input() -> None:
    seen: list[bytes] = []
    subject = Subject("seen", seen.append, [b"abcdefgh"])

    tried(subject, 7)
    tried(subject, 7)

    assert seen[0] == seen[1] != b"abcdefgh"


def test_every_reader_of_requests_is_tried() -> None:
    assert {"Translate", "ClassifyImages", "ModelInfer", "image"} <= {s.name for s in subjects()}
