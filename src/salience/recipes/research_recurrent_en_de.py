"""research-recurrent-en-de: the network without attention that Bahdanau's improves on."""

from pathlib import Path

from salience.models.recurrent_translator import (
    RecurrentTranslator,
    small_recurrent_translator,
)
from salience.recipes.multi30k import TEST_SETS as NAMES
from salience.recipes.multi30k import multi30k_recipe
from salience.recipes.translation import train_translation

RECIPE = multi30k_recipe(
    "research-recurrent-en-de",
    lambda vocabulary: RecurrentTranslator(small_recurrent_translator(vocabulary)),
    kind="recurrent",
    engine="pytorch",
)
TEST_SETS = tuple(RECIPE.test_set(name) for name in NAMES)
SAMPLE = RECIPE.sample


def run(data_dir: Path, run_dir: Path, *, steps: int = 4_000) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    train_translation(RECIPE, data_dir, run_dir, steps=steps)
