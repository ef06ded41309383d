"""research-transformer-en-de: descriptions of pictures from English to German.

A Transformer on the data of the recurrent networks; must reach 38 BLEU on Multi30k's test
of 2016.
"""

from dataclasses import replace
from pathlib import Path

from salience.models.translation_networks import TRANSFORMER
from salience.models.translation_transformer import (
    TransformerSize,
    TranslationTransformer,
    small_translation_transformer,
)
from salience.recipes.multi30k import TEST_SETS as NAMES
from salience.recipes.multi30k import multi30k_recipe
from salience.recipes.translation import train_translation


def smaller_transformer(vocabulary: int) -> TransformerSize:
    """Three million parameters, and much dropout: there are 29,000 sentences to learn from."""
    return replace(
        small_translation_transformer(vocabulary),
        width=192,
        inner_width=512,
        encoder_layers=4,
        dropout=0.3,
    )


RECIPE = multi30k_recipe(
    "research-transformer-en-de",
    lambda vocabulary: TranslationTransformer(smaller_transformer(vocabulary)),
    kind=TRANSFORMER,
    engine="ctranslate2-int8",
)
TEST_SETS = tuple(RECIPE.test_set(name) for name in NAMES)
SAMPLE = RECIPE.sample


def run(data_dir: Path, run_dir: Path, *, steps: int = 8_000) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    train_translation(RECIPE, data_dir, run_dir, steps=steps)
