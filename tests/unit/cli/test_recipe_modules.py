"""Every recipe can be trained, and evaluated, by the command line."""

import inspect
from collections.abc import Mapping
from pathlib import Path

import pytest

from salience.cli.recipe_modules import recipe_named, recipe_names
from salience.evaluation.evaluation_set import EvaluationSet

PROJECT = Path(__file__).parents[3]
MODELS = sorted(file.parent.name for file in PROJECT.glob("model_store/*/model.json"))


def test_there_is_a_recipe_for_each_model() -> None:
    assert MODELS
    assert set(MODELS) <= set(recipe_names())


@pytest.mark.parametrize("name", recipe_names())
def test_a_recipe_takes_what_the_command_gives(name: str) -> None:
    inspect.signature(recipe_named(name).run).bind(Path("data"), Path("run"), steps=1)


def test_a_baseline_has_the_same_figures_beside_every_model_of_its_test_set() -> None:
    figures: dict[tuple[str, str], Mapping[str, float]] = {}
    for one in (one for name in MODELS for one in recipe_named(name).TEST_SETS):
        for baseline in one.baselines:
            same = figures.setdefault((one.name, baseline.name), baseline.figures)
            assert baseline.figures == same, (one.name, baseline.name)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_has_test_sets_of_different_names_and_a_sample_in_the_project(name: str) -> None:
    recipe = recipe_named(name)
    sets = [*recipe.TEST_SETS, recipe.SAMPLE]

    assert all(isinstance(one, EvaluationSet) for one in sets)
    assert len({one.name for one in sets}) == len(sets) > 1
    assert (PROJECT / recipe.SAMPLE.file).exists()
