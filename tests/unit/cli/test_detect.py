import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.client.fake_service import FakeService


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "cells.jpg"
    file.write_bytes(b"a picture")
    return file


def test_each_object_is_a_line(run: Run, service: FakeService, picture: Path) -> None:
    result = run("detect", "--server", service.target, str(picture))

    assert result.stdout == f"{picture}\tit\t0.750\t1\t2\t3\t4\n"
    assert result.exit_code == 0


def test_what_is_asked_is_sent_and_json_is_the_message(
    run: Run, service: FakeService, picture: Path
) -> None:
    options = ["--min-score", "0.2", "--explain", "--json", "--model", "m"]
    result = run("detect", "--server", service.target, *options, str(picture))

    [request] = service.calls
    assert request.min_score == pytest.approx(0.2)
    assert (request.explain, request.model) == (True, "m")
    [found] = json.loads(result.stdout)["detection"]["objects"]
    assert (found["label"], found["left"]) == ("it", 1.0)


def test_attention_needs_json(run: Run, picture: Path) -> None:
    result = run("detect", "--explain", str(picture))

    assert "--json" in result.stderr
    assert result.exit_code == 2
