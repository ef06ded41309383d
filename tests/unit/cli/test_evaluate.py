"""`salience evaluate` against a service and in process."""

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from salience.errors import ModelNotReady
from tests.unit.cli.conftest import Run
from tests.unit.client.fake_service import FakeService
from tests.unit.evaluation.files import PAIRS, TAGGED, plain

SCHEMA = json.loads(files("salience.evaluation").joinpath("report_schema.json").read_text())


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """What the fake translates as it should; its second example is a bad item."""
    return plain(tmp_path / "pairs.tsv", PAIRS + "\tNICHTS\n")


def test_a_service_is_measured_and_its_errors_count_as_wrong(
    run: Run, service: FakeService, pairs: Path
) -> None:
    result = run("evaluate", "shouting", "--server", service.target, "--data", str(pairs))

    assert result.exit_code == 0, result.stderr
    assert "shouting 1.0, ctranslate2-int8 on cpu" in result.stdout
    assert "tok:13a" in result.stdout
    assert result.stderr == (
        "salience: pairs.tsv: 1 of 3 answers are errors, counted as wrong: "
        "example 3: the text is empty\n"
    )


def test_the_report_is_what_its_schema_says(
    run: Run, service: FakeService, pairs: Path, tmp_path: Path
) -> None:
    where = ("--server", service.target, "--data", str(pairs), "--json", str(tmp_path / "r.json"))

    run("evaluate", "shouting", *where, "--beam-size", "2")

    report = json.loads((tmp_path / "r.json").read_text())
    jsonschema.validate(report, SCHEMA)
    (measured,) = report["results"]
    assert (report["model"], report["server"]) == ("shouting", service.target)
    assert (measured["num_examples"], measured["num_errors"]) == (3, 1)
    assert measured["options"] == {"beam_size": 2}
    assert measured["metrics"]["chrf"]["value"] > 50


def test_a_call_holds_no_more_than_the_model_takes(
    run: Run, service: FakeService, tmp_path: Path
) -> None:
    data = plain(tmp_path / "pairs.tsv", PAIRS * 4)

    run("evaluate", "shouting", "--server", service.target, "--data", str(data), "--limit", "7")

    sizes = [len(call.texts) for call in service.calls if hasattr(call, "texts")]
    assert sizes == [3, 3, 1]


def test_the_columns_may_be_turned_round(run: Run, service: FakeService, tmp_path: Path) -> None:
    data = plain(tmp_path / "pairs.tsv", "GUTEN MORGEN\tguten morgen\n")
    asked = ("evaluate", "shouting", "--server", service.target, "--data", str(data))

    run(*asked, "--turned-round")

    assert list(service.calls[-1].texts) == ["guten morgen"]


def test_a_service_that_cannot_answer_is_one_line(
    run: Run, service: FakeService, pairs: Path
) -> None:
    service.failures = [ModelNotReady("the model is loading")]

    result = run("evaluate", "shouting", "--server", service.target, "--data", str(pairs))

    assert result.stderr == "salience: the model is loading\n"
    assert result.exit_code == 1


def test_an_engine_cannot_be_chosen_for_a_service(run: Run, pairs: Path) -> None:
    result = run("evaluate", "x", "--server", "a:1", "--engine", "pytorch", "--data", str(pairs))

    assert "--engine needs a model in this process" in result.stderr
    assert result.exit_code == 2


@pytest.mark.parametrize(
    "option", [("--sentences", "2"), ("--beam-size", "2"), ("--turned-round",)]
)
def test_an_option_of_another_task_is_refused(
    run: Run, tmp_path: Path, option: tuple[str, ...]
) -> None:
    data = plain(tmp_path / "mine.conll", TAGGED)

    result = run("evaluate", "entities-en", "--data", str(data), *option)

    assert f"{option[0]} is for" in result.stderr
    assert result.exit_code == 2


def test_an_engine_that_the_model_has_not_is_refused(run: Run, pairs: Path) -> None:
    result = run("evaluate", "translation-en-de", "--engine", "onnx", "--data", str(pairs))

    assert "translation-en-de cannot run on the engine onnx" in result.stderr
    assert result.exit_code == 2


def test_a_folder_without_the_recipes_files_is_refused(run: Run, tmp_path: Path) -> None:
    result = run("evaluate", "entities-en", "--engine", "pytorch", "--data", str(tmp_path))

    assert "is a folder without ner/uner_en_ewt.tar.xz" in result.stderr
    assert result.exit_code == 2


def test_a_model_is_measured_in_process_on_a_users_own_file(run: Run, tmp_path: Path) -> None:
    data = plain(tmp_path / "mine.conll", TAGGED)

    result = run("evaluate", "entities-en", "--data", str(data))

    assert result.exit_code == 0, result.stderr
    assert "mine.conll" in result.stdout
    assert "mode:strict" in result.stdout


def test_labels_that_the_model_has_not_are_named(run: Run, tmp_path: Path) -> None:
    data = plain(tmp_path / "mine.conll", TAGGED.replace("PER", "person"))

    result = run("evaluate", "entities-en", "--data", str(data))

    assert "mine.conll: entities-en has no label person; it has PER, LOC, ORG\n" in result.stderr
    assert result.exit_code == 0


def test_measuring_a_service_never_imports_torch(service: FakeService, pairs: Path) -> None:
    program = (
        "import sys\n"
        "from salience.cli.commands import app\n"
        f"app(['evaluate', 'shouting', '--server', '{service.target}', '--data', '{pairs}'],"
        " standalone_mode=False)\n"
        "sys.exit('torch' in sys.modules)\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)

    assert done.returncode == 0, done.stderr
