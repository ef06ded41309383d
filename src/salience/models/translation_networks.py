"""The networks that translate, by the name that `model.json` knows them by."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from salience.models.recurrent_translator import (
    AttentiveRecurrentTranslator,
    RecurrentSize,
    RecurrentTranslator,
)
from salience.models.stored_weights import load_weights
from salience.models.translation_network import TranslationNetwork
from salience.models.translation_transformer import TransformerSize, TranslationTransformer

TRANSFORMER = "transformer"
NETWORKS: Mapping[str, Callable[[Mapping[str, Any]], TranslationNetwork]] = {
    TRANSFORMER: lambda size: TranslationTransformer(TransformerSize(**size)),
    "recurrent": lambda size: RecurrentTranslator(RecurrentSize(**size)),
    "attentive-recurrent": lambda size: AttentiveRecurrentTranslator(RecurrentSize(**size)),
}


def network_name(settings: Mapping[str, Any]) -> str:
    """The kind of network that a `model.json` describes."""
    return str(settings.get("network", TRANSFORMER))


def load_translation_network(settings: Mapping[str, Any], weights: Path) -> TranslationNetwork:
    """The network of a `model.json` with stored weights, in single precision, to predict."""
    network = NETWORKS[network_name(settings)](settings["size"])
    network.load_state_dict(load_weights(weights))
    return network.eval()
