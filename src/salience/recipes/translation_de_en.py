"""translation-de-en: everyday German to English.

The data and the recipe of translation-en-de, turned round.
"""

from pathlib import Path

from salience.recipes.translation import (
    TranslationRecipe,
    evaluate_translation,
    train_translation,
)
from salience.recipes.translation_en_de import SHARES

RECIPE = TranslationRecipe(
    source="de",
    target="en",
    files="en-de",
    shares=SHARES,
    test_sets=("tatoeba-test-v2021-08-07", "newstest2013"),
)


def run(data_dir: Path, run_dir: Path, *, steps: int = 5_000) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    train_translation(RECIPE, data_dir, run_dir, steps=steps)


def evaluate(
    folder: Path, data_dir: Path, *, engine: str, limit: int | None = None
) -> dict[str, float]:
    """BLEU and chrF on the test sets, at most `limit` sentences of each."""
    return evaluate_translation(RECIPE, folder, data_dir, engine=engine, limit=limit)
