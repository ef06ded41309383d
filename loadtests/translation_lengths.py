"""`python -m loadtests.translation_lengths`: where attention holds up as sentences grow longer.

BLEU of each network over Multi30k's test sets, by the number of words of the source (the plot of
Bahdanau, Cho and Bengio 2015, figure 2). Writes what docs/models/figures/translation_lengths.svg
is drawn from.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from salience.cli.answering_model import AnsweringModel, model_in_process
from salience.data.parallel_text import SentencePair, read_pairs
from salience.evaluation.run import evaluate
from salience.evaluation.translation import EvaluateTranslation
from salience.recipes.research_recurrent_en_de import TEST_SETS
from salience.tasks.model_folder import ModelFolder

MODELS = (
    "research-recurrent-en-de",
    "research-attentive-recurrent-en-de",
    "research-transformer-en-de",
)
BOUNDS = (1, 9, 12, 15, 18, 22, 100)
"""A group has sentences of so many words, the next bound left out."""
WRITTEN = Path("docs/models/translation-lengths.json")


def groups(pairs: Sequence[SentencePair]) -> Iterator[tuple[str, list[SentencePair]]]:
    """The pairs by the length of their sources, each group with its name."""
    for low, high in pairwise(BOUNDS):
        chosen = [pair for pair in pairs if low <= len(pair.source.split()) < high]
        yield (f"{low}-{high - 1}" if high < BOUNDS[-1] else f"{low} and more"), chosen


def bleu_of(model: AnsweringModel, pairs: Sequence[SentencePair]) -> float:
    """In percent."""
    found = evaluate(
        EvaluateTranslation(),
        pairs,
        lambda items: model.ask(items, {}),
        items_per_call=model.description.limits.max_items,
    )
    return found.figures["bleu"].value


def weights_of(store: Path) -> dict[str, str]:
    """The digest of each network's weights, by which a measurement is known to be of them."""
    return {name: ModelFolder(store / name).digest for name in MODELS}


def main() -> None:
    """Measure every group with every model, print and write them."""
    parser = argparse.ArgumentParser(prog="translation_lengths", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the corpora")
    parser.add_argument("--model-store", type=Path, default=Path("model_store"))
    options = parser.parse_args()
    pairs = [pair for test in TEST_SETS for pair in read_pairs(options.data / test.file)]
    grouped = dict(groups(pairs))
    bleu = {}
    for name in MODELS:
        model = model_in_process(ModelFolder(options.model_store / name), None)
        bleu[name] = [round(bleu_of(model, group), 2) for group in grouped.values()]
        print(name, bleu[name], flush=True)
    written = {
        "words": list(grouped),
        "sentences": [len(group) for group in grouped.values()],
        "bleu": bleu,
        "weights_sha256": weights_of(options.model_store),
    }
    WRITTEN.write_text(json.dumps(written, indent=1) + "\n")


if __name__ == "__main__":
    main()
