"""`salience archive --checkpoint`."""

from pathlib import Path

import pytest

from tests.unit.checkpoints.tiny_writers import write_writer
from tests.unit.cli.conftest import Run


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    return write_writer(tmp_path / "Opus MT", "Marian")


def test_a_checkpoint_becomes_a_folder_and_an_archive(
    run: Run, checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkpoint.parent)

    result = run("archive", "--checkpoint", str(checkpoint), "--task", "translation")

    assert result.exit_code == 0, result.stderr
    assert result.stdout.strip() == "build/archives/opus-mt.mar"
    assert "agrees with the checkpoint" in result.stderr
    assert Path("build/archives/opus-mt.mar").exists()
    local = run("translate", "--local", "--model", "build/models/opus-mt", "Hello")
    assert local.exit_code == 0, local.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--task", "poetry"], "'poetry' is none of"),
        (["--task", "entities"], "MarianMTModel cannot do entities"),
        (["--task", "translation", "--name", "../up"], "no name for a model"),
        ([], "--checkpoint goes with --task"),
    ],
)
def test_a_refusal_is_one_line(
    run: Run, checkpoint: Path, arguments: list[str], message: str
) -> None:
    result = run("archive", "--checkpoint", str(checkpoint), *arguments)

    assert message in result.stderr
    assert result.exit_code == 2


def test_a_name_of_the_store_is_not_taken(run: Run, checkpoint: Path, tmp_path: Path) -> None:
    (tmp_path / "store" / "mine").mkdir(parents=True)
    (tmp_path / "store" / "mine" / "model.json").write_text("{}")
    options = ["--task", "translation", "--name", "mine", "--model-store", str(tmp_path / "store")]

    result = run("archive", "--checkpoint", str(checkpoint), *options)

    assert "give another --name" in result.stderr


@pytest.mark.parametrize("option", [["--task", "entities"], ["--name", "x"], ["--from", "en"]])
def test_options_of_a_checkpoint_need_one(run: Run, option: list[str]) -> None:
    result = run("archive", "entities-en", *option)

    assert "--checkpoint goes with --task" in result.stderr
    assert result.exit_code == 2
