"""`salience quality` on a store with one model and corpora of a few sentences."""

import json
import os
import shutil
from pathlib import Path

import pytest

from salience.evaluation.quality_tables import BEGIN, END
from tests.unit.cli.conftest import Run
from tests.unit.evaluation.files import TAGGED, packed

PROJECT = Path(__file__).parents[3]
MARKED = f"# A document\n\n{BEGIN}\n{END}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """As large a project as the command needs."""
    model, sample = tmp_path / "model_store" / "entities-en", tmp_path / "tests" / "data"
    shutil.copytree(PROJECT / "model_store" / model.name, model, copy_function=os.symlink)
    (model / "README.md").unlink()
    sample.mkdir(parents=True)
    (sample / "ewt_test_every_tenth.conll").write_text(TAGGED)
    (tmp_path / "data" / "ner").mkdir(parents=True)
    for corpus in ("uner_en_ewt", "btc"):
        packed(tmp_path / f"data/ner/{corpus}.tar.xz", {f"{corpus}/test.conll": TAGGED.encode()})
    for document in (tmp_path / "README.md", model / "README.md"):
        document.write_text(MARKED)
    return tmp_path


def arguments(project: Path) -> tuple[str, ...]:
    paths = {"--data": "data", "--model-store": "model_store", "--project": "."}
    return tuple(part for option, path in paths.items() for part in (option, str(project / path)))


def test_what_was_measured_is_written_down_and_not_measured_again(run: Run, project: Path) -> None:
    first = run("quality", *arguments(project))
    second = run("quality", *arguments(project))

    assert first.exit_code == second.exit_code == 0, first.stderr
    assert first.stderr.count("2 examples") == 8  # three test sets and a sample, on two engines
    assert second.stderr.count("examples") == 0
    assert first.stdout == second.stdout
    assert first.stdout in (project / "README.md").read_text()
    card = (project / "model_store" / "entities-en" / "README.md").read_text()
    assert "| BTC without bare @ | 2 | `onnxruntime-int8` |" in card


def test_only_what_changed_is_measured_again(run: Run, project: Path) -> None:
    run("quality", *arguments(project))
    (project / "tests/data/ewt_test_every_tenth.conll").write_text(f"{TAGGED}\n{TAGGED}")

    again = run("quality", *arguments(project))
    all_again = run("quality", *arguments(project), "--again")

    assert again.stderr.count("examples") == 2
    assert all_again.stderr.count("examples") == 8
    records = json.loads((project / "model_store" / "quality.json").read_text())
    assert [one["num_examples"] for one in records if one["data"] == "sample"] == [4, 4]


def test_with_a_limit_the_table_is_only_printed(run: Run, project: Path) -> None:
    result = run("quality", *arguments(project), "--limit", "1")

    assert result.stderr.count("1 examples") == 8
    assert "entities-en" in result.stdout
    assert (project / "README.md").read_text() == MARKED
    assert not (project / "model_store" / "quality.json").exists()


def test_a_name_that_no_recipe_has_is_refused(run: Run, project: Path) -> None:
    result = run("quality", "poetry", *arguments(project))

    assert "no model with a recipe is named poetry" in result.stderr
    assert result.exit_code == 1


def test_corpora_that_are_missing_are_named(run: Run, project: Path) -> None:
    (project / "data" / "ner" / "btc.tar.xz").unlink()

    result = run("quality", *arguments(project))

    assert "there is no" in result.stderr
    assert "btc.tar.xz" in result.stderr
    assert result.exit_code == 2
