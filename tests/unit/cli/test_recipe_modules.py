"""Every recipe can be trained and evaluated by the command line."""

import inspect
from pathlib import Path

import pytest

from salience.cli.recipe_modules import recipe_named, recipe_names


def test_there_is_a_recipe_for_each_model() -> None:
    models = {file.parent.name for file in Path("model_store").glob("*/model.json")}

    assert models
    assert models <= set(recipe_names())


@pytest.mark.parametrize("name", recipe_names())
def test_a_recipe_takes_what_the_commands_give(name: str) -> None:
    recipe = recipe_named(name)

    inspect.signature(recipe.run).bind(Path("data"), Path("run"), steps=1)
    inspect.signature(recipe.evaluate).bind(Path("model"), Path("data"), engine="x", limit=1)
