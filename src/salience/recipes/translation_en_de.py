"""translation-en-de: everyday English to German.

Must reach 32 sacreBLEU on tatoeba-test-v2021-08-07, and 10 on newstest2013.
"""

from pathlib import Path

from salience.evaluation.evaluation_set import Compared
from salience.recipes.translation import CHALLENGE, TranslationRecipe, train_translation

SHARES = {
    "tatoeba": 1.0,
    "mlqe_pe_wiki": 0.5,
    "bcontrast_chat": 0.5,
    "cataclysm_dda": 0.25,
    "ding_dictionary": 0.5,
    "wesnoth": 0.5,
    "freeciv": 0.25,
    "libreoffice_help": 0.1,
    "gnome_user_docs": 0.1,
    "gimp_help": 0.1,
    "ding_terms": 0.04,
}

RECIPE = TranslationRecipe(
    source="en",
    target="de",
    files="en-de",
    shares=SHARES,
    described={"default": True},
)

OPUS_MT = "https://huggingface.co/Helsinki-NLP/opus-mt-en-de"
TEST_SETS = (
    RECIPE.test_set("tatoeba-test-v2021-08-07", Compared("OPUS-MT", {"bleu": 44.7}, CHALLENGE)),
    RECIPE.test_set("newstest2013", Compared("OPUS-MT", {"bleu": 26.9}, OPUS_MT)),
)
SAMPLE = RECIPE.sample


def run(data_dir: Path, run_dir: Path, *, steps: int = 5_000) -> None:
    """Train, or go on training, and write the model's files into `run_dir`."""
    train_translation(RECIPE, data_dir, run_dir, steps=steps)
