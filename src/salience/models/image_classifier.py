"""The network that names what an image shows, and where it saw that."""

from pathlib import Path
from typing import Any, NamedTuple

from jaxtyping import Float, UInt8
from torch import Tensor, nn

from salience.attention import AttentionPooling
from salience.models.efficientnet_lite import EfficientNetLite, EfficientNetLiteSize, Stage
from salience.models.stored_weights import load_weights

MIDDLE, HALF_RANGE = 127.0, 128.0
"""Of a pixel, as the published weights were trained."""


class Classified(NamedTuple):
    """How likely each class is, and where the network looked."""

    probabilities: Float[Tensor, "batch classes"]
    attention: Float[Tensor, "batch rows columns"]


class ImageClassifier(nn.Module):
    """EfficientNet-Lite with attention pooling over its last map."""

    def __init__(self, size: EfficientNetLiteSize, *, num_classes: int) -> None:
        super().__init__()
        self.size = size
        self.backbone = EfficientNetLite(size)
        self.pooling = AttentionPooling(width=size.head_width, num_classes=num_classes)

    def forward(self, pixels: UInt8[Tensor, "batch side side 3"]) -> Classified:
        """What each square RGB image shows; a map's weights sum to 1."""
        pooled = self.pooling(self.features(pixels))
        side = self.size.map_size
        return Classified(pooled.scores.softmax(dim=1), pooled.weights.reshape(-1, side, side))

    def features(
        self, pixels: UInt8[Tensor, "batch side side 3"]
    ) -> Float[Tensor, "batch places width"]:
        """The map that is pooled, row by row."""
        images = (pixels.permute(0, 3, 1, 2).float() - MIDDLE) / HALF_RANGE
        return self.backbone(images).flatten(2).transpose(1, 2)  # type: ignore[no-any-return]


def classifier_size(settings: dict[str, Any]) -> EfficientNetLiteSize:
    """The size as `model.json` has it."""
    stages = tuple(Stage(*stage) for stage in settings["stages"])
    return EfficientNetLiteSize(**{**settings, "stages": stages})


def load_image_classifier(
    weights: Path, size: EfficientNetLiteSize, *, num_classes: int
) -> ImageClassifier:
    """A classifier with stored weights, in single precision, ready to predict."""
    network = ImageClassifier(size, num_classes=num_classes)
    network.load_state_dict(load_weights(weights))
    return network.eval()
