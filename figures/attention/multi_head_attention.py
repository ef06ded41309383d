"""Heads of the served entity model, each looking its own way."""

from pathlib import Path

import torch
from matplotlib.figure import Figure
from torch import Tensor

from figures.drawing import panels, show
from salience.models.bert_encoder import BertLayer
from salience.models.token_classifier import TokenClassifier
from salience.tasks.entities_loading import entity_network
from salience.tasks.model_folder import ModelFolder
from salience.text.word_pieces import WordPieces

FOLDER = Path(__file__).parents[2] / "model_store/entities-en"
SENTENCE = "Marie Curie left Warsaw for Paris in 1891."
HEADS = ((1, 1), (2, 4), (3, 7), (5, 2))
"""Layer and head."""


def draw() -> Figure:
    """Some heads of four layers over one sentence."""
    pieces = WordPieces(FOLDER / "tokenizer.json")
    (split,) = pieces.split([SENTENCE])
    tokens = torch.tensor([[pieces.start, *split.tokens.tolist(), pieces.end]])
    places = zip(split.starts, split.ends, strict=True)
    names = ["start", *(SENTENCE[start:end] for start, end in places), "end"]
    figure, axes = panels(len(HEADS), side=2.6)
    maps = _maps(tokens)
    for number, (one, (layer, head)) in enumerate(zip(axes, HEADS, strict=True)):
        show(one, maps[layer][0, head], f"layer {layer}, head {head}")
        one.set_xticks(range(len(names)), names, rotation=90, fontsize=7)
        if number == 0:
            one.set_yticks(range(len(names)), names, fontsize=7)
    return figure


@torch.inference_mode()
def _maps(tokens: Tensor) -> list[Tensor]:
    """Of each layer, the weights of its heads."""
    network = entity_network(ModelFolder(FOLDER))
    assert isinstance(network, TokenClassifier)
    hidden, maps = network.encoder.embedding(tokens), []
    visible = torch.ones(1, 1, 1, tokens.size(1), dtype=torch.bool)
    for layer in network.encoder.layers:
        assert isinstance(layer, BertLayer)
        memory = layer.attention.remember(hidden)
        maps.append(layer.attention.weights(hidden, memory, visible=visible))
        hidden = layer(hidden, visible=visible)
    return maps
