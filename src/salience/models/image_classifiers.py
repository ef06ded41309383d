"""The networks that name what images show, by the `network` in `model.json`."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from salience.models.glimpse_network import GlimpseNetwork, GlimpseSize
from salience.models.image_classifier import ImageClassifier, classifier_size
from salience.models.small_convolutions import SmallConvolutions, convolutions_size
from salience.models.stored_weights import load_weights

ImageNetwork: TypeAlias = ImageClassifier | SmallConvolutions | GlimpseNetwork
EFFICIENTNET, CONVOLUTIONS, GLIMPSES = "efficientnet-lite", "convolutions", "glimpses"
NETWORKS: Mapping[str, Callable[[dict[str, Any], int], ImageNetwork]] = {
    EFFICIENTNET: lambda size, classes: ImageClassifier(classifier_size(size), num_classes=classes),
    CONVOLUTIONS: lambda size, classes: SmallConvolutions(
        convolutions_size(size), num_classes=classes
    ),
    GLIMPSES: lambda size, classes: GlimpseNetwork(GlimpseSize(**size), num_classes=classes),
}


def network_attends(settings: Mapping[str, Any]) -> bool:
    """Whether the network of a `model.json` can tell where it looked."""
    return bool(settings["size"].get("attention", True))


def load_image_network(settings: Mapping[str, Any], weights: Path) -> ImageNetwork:
    """The network of a `model.json` with stored weights, in single precision, to predict."""
    kind = str(settings.get("network", EFFICIENTNET))
    network = NETWORKS[kind](settings["size"], len(settings["labels"]))
    network.load_state_dict(load_weights(weights))
    return network.eval()
