"""`salience classify` against a service."""

import json
from pathlib import Path

import pytest

from salience.cli.answering import SIZE_PER_CALL
from tests.unit.cli.conftest import Run
from tests.unit.client.fake_service import FakeService


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    contents = {"a.png": b"x", "b.png": b"x" * 10}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return [str(tmp_path / name) for name in contents]


def test_a_class_is_one_line_of_columns(run: Run, service: FakeService, files: list[str]) -> None:
    result = run("classify", "--server", service.target, *files)

    light, _, heavy, neither = result.stdout.splitlines()
    assert light == f"{files[0]}\tlight\t0.750"
    assert (heavy, neither) == (f"{files[1]}\theavy\t0.750", f"{files[1]}\tneither\t0.250")
    assert result.exit_code == 0


def test_the_options_travel_with_the_call(run: Run, service: FakeService, files: list[str]) -> None:
    options = ("--top-k", "7", "--explain", "--json", "--model", "x")

    result = run("classify", "--server", service.target, *options, files[0])

    [call] = service.calls
    assert (call.top_k, call.explain, call.model) == (7, True, "x")
    image = json.loads(result.stdout)["classification"]
    assert image["attention"]["weights"] == [1.0]
    assert image["classes"][0] == {"label": "light", "probability": 0.75}


def test_without_an_option_the_service_decides_how_many_classes(
    run: Run, service: FakeService, files: list[str]
) -> None:
    run("classify", "--server", service.target, files[0])

    assert service.calls[0].top_k == 0


def test_a_bad_image_is_named_by_its_file(
    run: Run, service: FakeService, files: list[str], tmp_path: Path
) -> None:
    empty = tmp_path / "empty.png"
    empty.touch()

    result = run("classify", "--server", service.target, files[0], str(empty))

    assert result.stderr == f"salience: {empty}: the image is empty\n"
    assert result.exit_code == 2


@pytest.mark.parametrize("arguments", [(), ("missing.png",), ("--explain", "missing.png")])
def test_wrong_usage_is_refused(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("classify", *arguments).exit_code == 2


def test_attention_is_shown_only_as_json(run: Run, files: list[str]) -> None:
    result = run("classify", "--explain", *files)

    assert "--explain needs --json" in result.stderr
    assert result.exit_code == 2


def test_images_go_in_calls_of_bounded_size(
    run: Run, service: FakeService, files: list[str], tmp_path: Path
) -> None:
    large = tmp_path / "large.png"
    large.write_bytes(bytes(SIZE_PER_CALL - 5))

    run("classify", "--server", service.target, *files, str(large), files[0])

    sizes = [[len(image) for image in call.images] for call in service.calls]
    assert sizes == [[1, 10], [SIZE_PER_CALL - 5, 1]]
