"""translation-en-fr: everyday English to French.

The recipe of translation-en-de with other corpora.
"""

from pathlib import Path

from salience.evaluation.evaluation_set import Compared
from salience.recipes.translation import CHALLENGE, TranslationRecipe, train_translation

SHARES = {
    "tatoeba": 1.0,
    "diabla_dialogue": 0.5,
    "cataclysm_dda": 0.25,
    "wesnoth": 0.5,
    "freeciv": 0.25,
    "libreoffice_help": 0.1,
    "gnome_user_docs": 0.1,
    "gimp_help": 0.1,
}

RECIPE = TranslationRecipe(
    source="en",
    target="fr",
    files="en-fr",
    shares=SHARES,
    starts_from=Path("model_store/translation-en-de"),
    tokens_per_batch=2_048,
)

OPUS_MT = "https://huggingface.co/Helsinki-NLP/opus-mt-en-fr"
TEST_SETS = (
    RECIPE.test_set("tatoeba-test-v2021-08-07", Compared("OPUS-MT", {"bleu": 51.8}, CHALLENGE)),
    RECIPE.test_set("newstest2013", Compared("OPUS-MT", {"bleu": 33.2}, OPUS_MT)),
)
SAMPLE = RECIPE.sample


def run(data_dir: Path, run_dir: Path, *, steps: int = 5_000) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    train_translation(RECIPE, data_dir, run_dir, steps=steps)
