"""`salience demonstrate` on a store with the generator of one comparison, then with both."""

from pathlib import Path

import pytest

from salience.cli.recipe_modules import recipe_names
from salience.evaluation.comparisons import COMPARISONS
from salience.recipes import emoji
from tests.unit.cli.conftest import Run
from tests.unit.generators import write_generator

SAMPLE = Path(__file__).parents[2] / "data" / "emoji_of_people.npz"
GENERATION = "generation: places that look at one another, and convolutions alone"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file = tmp_path / "data" / emoji.ARCHIVE
    file.parent.mkdir(parents=True)
    file.symlink_to(SAMPLE)
    return tmp_path / "data"


def test_every_compared_model_has_a_recipe() -> None:
    names = {name for one in COMPARISONS for name in (one.model, one.beside) if name}

    assert names <= set(recipe_names())


def test_what_has_no_weights_yet_or_no_data_is_left_out_and_named(
    run: Run, data: Path, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    write_generator(store / "emoji-people")

    result = run("demonstrate", "--data", str(data), "--model-store", str(store))
    write_generator(store / "emoji-people-without-attention", attention=False)
    (data / emoji.ARCHIVE).unlink()
    without_data = run("demonstrate", "--data", str(data), "--model-store", str(store))

    assert result.exit_code == 0, result.stderr
    missing = "there are no weights of emoji-people-without-attention"
    assert f"left out, {missing}: {GENERATION}" in result.stdout
    assert result.stdout.count("left out") == len(COMPARISONS)
    assert f"left out, there is no {data / emoji.ARCHIVE}: {GENERATION}" in without_data.stdout


def test_both_models_of_a_comparison_are_measured_now(run: Run, data: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    write_generator(store / "emoji-people")
    write_generator(store / "emoji-people-without-attention", attention=False)
    options = ("--data", str(data), "--model-store", str(store), "--limit", "4")

    result = run("demonstrate", *options)

    assert result.exit_code == 0, result.stderr
    [row] = [line for line in result.stdout.splitlines() if line.startswith(" generation")]
    assert "emoji of People & Body" in row
    assert "emoji-people-without-attention" in row
    assert "less is better" in row
    assert "with attention" not in result.stdout
