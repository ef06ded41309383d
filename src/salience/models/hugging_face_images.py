"""Image classifiers of the transformers library, called like ours."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float, UInt8
from torch import Tensor, nn

from salience.models.hugging_face import load_network
from salience.models.image_classifier import Classified
from salience.models.patch_attention import NUM_SPECIAL, patch_weights, reading_tokens


class PixelClassifier(nn.Module):
    """Scales pixels as its network was trained to see them.

    A network that does not read patches by attention has an empty map.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(
        self,
        network: Any,
        *,
        factor: float,
        mean: Sequence[float],
        deviation: Sequence[float],
    ) -> None:
        super().__init__()
        self.network = network
        self.attends = type(network).__name__ in NUM_SPECIAL
        self.factor = factor
        self.register_buffer("mean", torch.tensor(mean))
        self.register_buffer("deviation", torch.tensor(deviation))

    def forward(self, pixels: UInt8[Tensor, "batch height width 3"]) -> Classified:
        """What each RGB image shows."""
        scaled = (pixels.float() * self.factor - self.mean) / self.deviation
        options = {"output_attentions": True} if self.attends else {}
        seen = self.network(pixel_values=scaled.permute(0, 3, 1, 2), **options)
        nowhere: Float[Tensor, "batch 0 0"] = seen.logits.new_zeros(pixels.size(0), 0, 0)
        attention = self._map(seen.attentions, pixels.size(1)) if self.attends else nowhere
        return Classified(seen.logits.softmax(dim=1), attention)

    def _map(self, layers: Sequence[Tensor], height: int) -> Float[Tensor, "batch rows columns"]:
        kind, config = type(self.network).__name__, self.network.config
        averages = getattr(config, "use_mean_pooling", False)
        read = reading_tokens(kind, averages_patches=averages)
        weights = patch_weights(layers, read, num_special=NUM_SPECIAL[kind])
        rows = int(height // config.patch_size)
        return weights.reshape(weights.size(0), rows, -1)


def load_pixel_classifier(
    folder: Path,
    architecture: str,
    *,
    factor: float,
    mean: Sequence[float],
    deviation: Sequence[float],
) -> PixelClassifier:
    """The classifier in a model's folder, ready to predict."""
    network = load_network(folder, architecture)
    return PixelClassifier(network, factor=factor, mean=mean, deviation=deviation).eval()
