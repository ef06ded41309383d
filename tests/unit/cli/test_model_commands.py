"""`salience models`, `train`, `evaluate`, `archive`, and the model store they read."""

import json
from pathlib import Path

import pytest

from salience.cli.commands import COMMANDS
from salience.cli.model_store import folder_for_task, folder_named
from salience.errors import ModelNotFound, Unsupported
from tests.unit.cli.conftest import Run
from tests.unit.client.fake_service import FakeService


@pytest.fixture
def store(tmp_path: Path) -> Path:
    for name, task, source, target in [
        ("entities-en", "entities", ["en"], []),
        ("translation-en-de", "translation", ["en"], ["de"]),
        ("translation-en-fr", "translation", ["en"], ["fr"]),
    ]:
        settings = {"name": name, "task": task}
        languages = {"source_languages": source, "target_languages": target}
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.json").write_text(json.dumps(settings | languages))
    return tmp_path


def test_models_are_listed_in_a_table(run: Run, service: FakeService) -> None:
    result = run("models", "--server", service.target)

    assert "shouting" in result.stdout
    assert "en → de" in result.stdout
    assert "ready" in result.stdout


def test_models_are_listed_as_json(run: Run, service: FakeService) -> None:
    result = run("models", "--server", service.target, "--json")

    limits = json.loads(result.stdout)["limits"]
    assert (limits["max_items"], limits["max_characters"]) == (3, 1000)


def test_a_model_is_found_by_its_task_and_languages(store: Path) -> None:
    assert folder_for_task("translation", ("en", "fr"), store).name == "translation-en-fr"
    assert folder_for_task("entities", ("", ""), store).name == "entities-en"


def test_of_several_models_the_default_one_is_found(store: Path) -> None:
    file = store / "translation-en-fr" / "model.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"default": True}))

    assert folder_for_task("translation", ("en", ""), store).name == "translation-en-fr"


def test_a_model_is_found_by_its_name_and_by_its_path(store: Path) -> None:
    assert folder_named("entities-en", store).path == store / "entities-en"
    assert folder_named(str(store / "entities-en"), Path("elsewhere")).name == "entities-en"


def test_languages_no_model_speaks_are_unsupported(store: Path) -> None:
    with pytest.raises(Unsupported, match="translation for de to en"):
        folder_for_task("translation", ("de", "en"), store)


def test_a_name_that_is_missing_is_answered_with_those_there_are(store: Path) -> None:
    with pytest.raises(ModelNotFound, match="entities-en, translation-en-de"):
        folder_named("entities-xx", store)


def test_an_empty_store_is_said_to_be_empty(run: Run, tmp_path: Path) -> None:
    result = run("translate", "--local", "--model-store", str(tmp_path), "hello")

    assert "there is no model in" in result.stderr
    assert result.exit_code == 1


def test_an_unknown_recipe_is_answered_with_those_there_are(run: Run, tmp_path: Path) -> None:
    result = run("train", "poetry", "--data", str(tmp_path))

    assert "translation-en-de" in result.stderr
    assert result.exit_code == 2


def test_evaluating_an_unknown_model_fails_in_one_line(
    run: Run, store: Path, tmp_path: Path
) -> None:
    result = run("evaluate", "poetry", "--data", str(tmp_path), "--model-store", str(store))

    assert "no model is named 'poetry'" in result.stderr
    assert result.exit_code == 1


@pytest.mark.parametrize("arguments", [(), ("entities-en", "--all")])
def test_an_archive_is_of_one_model_or_of_all(run: Run, arguments: tuple[str, ...]) -> None:
    result = run("archive", *arguments)

    assert "give one model, or --all" in result.stderr
    assert result.exit_code == 2


@pytest.mark.parametrize("command", [command.__name__ for command in COMMANDS])
def test_every_command_explains_itself(run: Run, command: str) -> None:
    result = run(command, "--help")

    assert result.exit_code == 0
    assert command in result.stdout
