"""The recipes by name, without importing the ones not asked for."""

import importlib
from pathlib import Path
from typing import Any

from salience import recipes
from salience.cli.progress import working
from salience.errors import InvalidInput


def recipe_names() -> list[str]:
    """Every module of the folder that has a `run`, named as the model it trains: `entities-en`."""
    folder = Path(str(recipes.__file__)).parent
    return sorted(
        file.stem.replace("_", "-")
        for file in folder.glob("*.py")
        if "\ndef run(" in file.read_text()
    )


def recipe_named(name: str) -> Any:
    """The recipe's module."""
    if name not in recipe_names():
        raise InvalidInput(f"no recipe is named {name!r}: there are {', '.join(recipe_names())}")
    with working("loading PyTorch"):
        return importlib.import_module(f"salience.recipes.{name.replace('-', '_')}")
