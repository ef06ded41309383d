from pathlib import Path

import pytest

from salience.gateway.rollout.rollout_file import Rollout, RolloutFile, read_rollouts
from tests.unit.cli.conftest import Run


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "rollouts.json"
    monkeypatch.setenv("SALIENCE_ROLLOUTS", str(path))
    return path


def of_model(file: Path) -> Rollout | None:
    return read_rollouts(file).rollouts.get("entities-en")


def test_a_rollout_goes_from_the_shadow_to_all_calls(run: Run, file: Path) -> None:
    run("rollout", "entities-en", "--to", "entities-next", "--shadow")
    assert of_model(file) == Rollout(candidate="entities-next", shadow=True)

    run("rollout", "entities-en", "--percent", "10")
    assert of_model(file) == Rollout(candidate="entities-next", percent=10, shadow=True)

    result = run("rollout", "entities-en", "--promote")
    assert of_model(file) == Rollout(candidate="entities-next", percent=100)
    assert "entities-next answers 100 % of its calls" in result.output


def test_rolling_back_leaves_the_others(run: Run, file: Path) -> None:
    run("rollout", "entities-en", "--to", "entities-next", "--percent", "5")
    run("rollout", "translation-en-de", "--to", "translation-next")

    result = run("rollout", "entities-en", "--roll-back")

    assert read_rollouts(file) == RolloutFile(
        rollouts={
            "entities-en": Rollout(candidate="entities-next"),
            "translation-en-de": Rollout(candidate="translation-next"),
        }
    )
    assert "entities-next answers 0 % of its calls" in result.output


def test_asking_changes_nothing(run: Run, file: Path) -> None:
    assert "entities-en answers all its calls" in run("rollout", "entities-en").output
    assert not file.exists()


@pytest.mark.parametrize(
    "options",
    [
        ("--percent", "10"),
        ("--promote",),
        ("--roll-back",),
        ("--promote", "--roll-back"),
        ("--promote", "--percent", "10"),
        ("--to", "entities-next", "--percent", "101"),
        ("--to", "entities-en"),
    ],
)
def test_what_makes_no_sense_is_refused(run: Run, file: Path, options: tuple[str, ...]) -> None:
    assert run("rollout", "entities-en", *options).exit_code == 2
    assert not file.exists()


def test_a_wrong_file_is_not_overwritten(run: Run, file: Path) -> None:
    file.write_text("{")

    result = run("rollout", "entities-en", "--to", "entities-next")

    assert result.exit_code == 1
    assert file.read_text() == "{"
