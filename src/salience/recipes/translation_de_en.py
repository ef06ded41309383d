"""translation-de-en: everyday German to English.

The data and the recipe of translation-en-de, turned round.
"""

from pathlib import Path

from salience.evaluation.evaluation_set import Compared
from salience.recipes.translation import TranslationRecipe, train_translation
from salience.recipes.translation_en_de import SHARES

RECIPE = TranslationRecipe(
    source="de",
    target="en",
    files="en-de",
    shares=SHARES,
    starts_from=Path("model_store/translation-en-de"),
    tokens_per_batch=2_048,
)

OPUS_MT = "https://huggingface.co/Helsinki-NLP/opus-mt-de-en"
TEST_SETS = (
    RECIPE.test_set("tatoeba-test-v2021-08-07"),
    RECIPE.test_set("newstest2013", Compared("OPUS-MT", {"bleu": 32.1}, OPUS_MT)),
)
SAMPLE = RECIPE.sample


def run(data_dir: Path, run_dir: Path, *, steps: int = 5_000) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    train_translation(RECIPE, data_dir, run_dir, steps=steps)
