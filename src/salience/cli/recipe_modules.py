"""The recipes by name, without importing the ones not asked for."""

import importlib
import pkgutil
from typing import Any

from salience import recipes
from salience.cli.progress import working
from salience.errors import InvalidInput


def recipe_names() -> list[str]:
    """Every recipe, named as the model it trains: `entities-en`."""
    return sorted(
        module.name.replace("_", "-") for module in pkgutil.iter_modules(recipes.__path__)
    )


def recipe_named(name: str) -> Any:
    """The recipe's module."""
    if name not in recipe_names():
        raise InvalidInput(f"no recipe is named {name!r}: there are {', '.join(recipe_names())}")
    with working("loading PyTorch"):
        return importlib.import_module(f"salience.recipes.{name.replace('-', '_')}")
