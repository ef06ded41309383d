"""The promises of docs/reliability.md: all are there, and so is each test that is named."""

import re
from pathlib import Path

from tests.faults.bare_faults import FAULTS

PROMISES = range(1, 16)
PAGE = Path("docs/reliability.md").read_text(encoding="utf-8")
ROWS = [line.split(" | ") for line in PAGE.splitlines() if re.match(r"\| \d", line)]


def test_every_promise_has_a_row() -> None:
    numbers = [int(row[0].removeprefix("| ")) for row in ROWS]

    assert numbers == sorted(numbers)
    assert set(numbers) == set(PROMISES)


def test_every_row_names_tests_that_exist() -> None:
    for row in ROWS:
        named = re.findall(r"`(tests/[^`]+)`", row[-1])
        assert named or "`make" in row[-1], row
        assert all(Path(name).exists() for name in named), named


def test_every_fault_of_bare_torchserve_is_of_a_promise() -> None:
    for name in FAULTS:
        numbers = re.match(r"[\d, ]+", name)
        assert numbers, name
        assert {int(number) for number in numbers[0].split(",")} <= set(PROMISES)
