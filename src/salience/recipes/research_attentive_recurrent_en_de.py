"""research-attentive-recurrent-en-de: Bahdanau's network on descriptions of pictures.

Must reach 33 BLEU on Multi30k's test of 2016.
"""

from pathlib import Path

from salience.models.recurrent_translator import (
    AttentiveRecurrentTranslator,
    small_recurrent_translator,
)
from salience.recipes.multi30k import TEST_SETS as NAMES
from salience.recipes.multi30k import multi30k_recipe
from salience.recipes.translation import train_translation

RECIPE = multi30k_recipe(
    "research-attentive-recurrent-en-de",
    lambda vocabulary: AttentiveRecurrentTranslator(small_recurrent_translator(vocabulary)),
    kind="attentive-recurrent",
    engine="pytorch",
)
TEST_SETS = tuple(RECIPE.test_set(name) for name in NAMES)
SAMPLE = RECIPE.sample


def run(data_dir: Path, run_dir: Path, *, steps: int = 4_000) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    train_translation(RECIPE, data_dir, run_dir, steps=steps)
