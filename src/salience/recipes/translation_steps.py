"""What each step of the translation recipe brings: `python -m` this, with DATA and RUNS.

Trains German to English anew for every step up to the whole recipe, each for the same few
hundred updates, and the last of them to the end, and prints a table in Markdown: BLEU on
Tatoeba's development pairs. Runs go on where they stopped.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import torch
from torch.optim import AdamW

from salience.evaluation.run import evaluate
from salience.evaluation.translation import EvaluateTranslation
from salience.models.stored_weights import save_weights
from salience.recipes.translation import LEARNING_RATE, TranslationRecipe, train_translation
from salience.recipes.translation_de_en import RECIPE
from salience.tasks.loading import load_task
from salience.tasks.model_folder import WEIGHTS
from salience.tasks.translation_item import TranslationItem, TranslationOptions

UPDATES = 300
WHOLE_RUN = 5_000
PAIRS = 1_000
BEST = TranslationOptions()
GREEDY = TranslationOptions(beam_size=1)
ADAMW = partial(AdamW, lr=LEARNING_RATE / 2, betas=(0.9, 0.98), weight_decay=0.01)


class Step(NamedTuple):
    """A recipe as far as it has come, and what is new about it."""

    name: str
    recipe: TranslationRecipe
    whole: bool = False
    averaged: bool = False
    options: TranslationOptions = GREEDY


def steps() -> Iterator[Step]:
    """From a plain Transformer to the whole recipe, one thing at a time."""
    without_terms = {name: share for name, share in RECIPE.shares.items() if name != "ding_terms"}
    plain = replace(
        RECIPE,
        shares=without_terms,
        starts_from=None,
        share_joined=0.0,
        label_smoothing=0.0,
        optimizers=lambda model: [ADAMW(model.parameters())],
    )
    yield Step("tied embeddings, deep encoder, shallow decoder, AdamW", plain)
    muon = replace(plain, optimizers=RECIPE.optimizers)
    yield Step("Muon for the matrices", muon)
    smooth = replace(muon, label_smoothing=RECIPE.label_smoothing)
    yield Step("label smoothing", smooth)
    terms = replace(smooth, shares=RECIPE.shares)
    yield Step("dictionary terms", terms)
    joined = replace(terms, share_joined=RECIPE.share_joined)
    yield Step("sentences joined", joined)
    yield Step("started from translation-en-de", RECIPE)
    yield Step("the whole run", RECIPE, whole=True)
    yield Step("averaged weights", RECIPE, whole=True, averaged=True)
    yield Step("a beam of 4, length penalty 1.4", RECIPE, whole=True, averaged=True, options=BEST)


def main(data_dir: Path, runs: Path, updates: int = UPDATES, whole_run: int = WHOLE_RUN) -> None:
    """Train what is not trained yet, and print a row for each step."""
    print("| step | updates | BLEU |\n|---|---:|---:|")
    for number, step in enumerate(steps()):
        run_dir = runs / ("whole" if step.whole else str(number))
        num_updates = whole_run if step.whole else updates
        if not (run_dir / WEIGHTS).exists():
            train_translation(step.recipe, data_dir, run_dir, steps=num_updates)
        reached = bleu(step, data_dir, run_dir)
        print(f"| {step.name} | {num_updates:,} | {reached:.2f} |", flush=True)


def bleu(step: Step, data_dir: Path, run_dir: Path) -> float:
    """Of the run's last weights, or of their average."""
    checkpoint = torch.load(run_dir / "checkpoint.pt", weights_only=True)
    weights = checkpoint["model"]
    if step.averaged:
        weights = {
            name.removeprefix("module."): weight
            for name, weight in checkpoint["average"].items()
            if name != "n_averaged"
        }
    save_weights(weights, run_dir / WEIGHTS)
    task = load_task(run_dir, engine="ctranslate2-int8", threads=torch.get_num_threads())
    file = data_dir / "translation" / f"tatoeba.{step.recipe.files}.dev.tsv.xz"
    pairs = list(islice(step.recipe.read(file), PAIRS))
    outcome = evaluate(
        EvaluateTranslation(),
        pairs,
        lambda texts: task.answer([TranslationItem(text, step.options) for text in texts]),
        items_per_call=EvaluateTranslation.items_per_call,
    )
    return outcome.figures["bleu"].value


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:5]))
