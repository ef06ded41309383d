import subprocess
from pathlib import Path

import pytest

from salience.cli.examples import GREETING, examples
from salience.cli.model_store import folder_named, served_folders
from salience.supervisor.preflight import archives_to_serve
from salience.v1.models_pb2 import Model, Task
from tests.unit.cli.conftest import Run
from tests.unit.client.fake_service import MODEL, FakeService
from tests.unit.worker.archives import write_archive

READER = Model(name="names", task=Task.TASK_ENTITIES, source_languages=["en"])


def test_serving_without_archives_fails_in_one_line(run: Run, tmp_path: Path) -> None:
    result = run("serve", "--archives", str(tmp_path))

    assert "there is no archive" in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.exit_code == 1


def test_a_setting_out_of_range_is_wrong_usage(run: Run) -> None:
    result = run("serve", "--workers", "0")

    assert "workers_per_model" in result.stderr
    assert result.exit_code == 2


def test_a_host_that_others_reach_is_refused_before_anything_is_started(run: Run) -> None:
    result = run("serve", "--host", "0.0.0.0")

    assert "SALIENCE_ALLOW_INSECURE" in result.stderr
    assert result.exit_code == 2


@pytest.mark.parametrize("example", [1, 2], ids=["python", "salience"])
def test_the_printed_calls_work_as_printed(service: FakeService, example: int) -> None:
    port = int(service.target.split(":")[1])
    command = examples([MODEL], http_port=8000, grpc_port=port)[example]

    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert GREETING.upper() in done.stdout


def test_curl_is_printed_with_its_address() -> None:
    curl = examples([MODEL], http_port=8123, grpc_port=1)[0]

    assert curl.startswith("curl ")
    assert curl.endswith("http://localhost:8123/v1/translate")


def test_without_translation_the_calls_find_names(service: FakeService) -> None:
    port = int(service.target.split(":")[1])

    *_, command = examples([READER], http_port=8000, grpc_port=port)

    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert "Lovelace" in done.stdout


def test_a_model_without_an_archive_is_named(run: Run, tmp_path: Path) -> None:
    write_archive(tmp_path / "a.mar", "a")

    result = run("serve", "--archives", str(tmp_path), "--models", "a,b")

    assert "no archive of b in" in result.stderr
    assert result.exit_code == 1


def test_only_the_named_archives_are_served(tmp_path: Path) -> None:
    for name in "ab":
        write_archive(tmp_path / f"{name}.mar", name)

    assert archives_to_serve(tmp_path) == {"a": "a.mar", "b": "b.mar"}
    assert archives_to_serve(tmp_path, ["b"]) == {"b": "b.mar"}


def test_demonstrations_are_packaged_only_by_name(tmp_path: Path) -> None:
    for name, settings in (("a", "{}"), ("b", '{"demonstration": true}')):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.json").write_text(settings)

    assert [folder.path.name for folder in served_folders(tmp_path)] == ["a"]
    assert folder_named("b", tmp_path).is_demonstration
