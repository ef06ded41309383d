"""BLEU by the length of sentences, as `python -m loadtests.translation_lengths` measured it."""

import json

from matplotlib.figure import Figure

from loadtests.translation_lengths import WRITTEN

NAMES = {
    "research-transformer-en-de": "Transformer",
    "research-attentive-recurrent-en-de": "recurrent, with attention",
    "research-recurrent-en-de": "recurrent, without",
}


def draw() -> Figure:
    """A line for each network."""
    measured = json.loads(WRITTEN.read_text())
    figure = Figure(figsize=(5.2, 2.8), layout="constrained")
    axes = figure.subplots()
    for model, name in NAMES.items():
        axes.plot(measured["words"], measured["bleu"][model], marker="o", label=name)
    axes.set_xlabel("words of the English sentence")
    axes.set_ylabel("BLEU")
    axes.set_ylim(bottom=0)
    axes.legend(loc="lower left")
    return figure
