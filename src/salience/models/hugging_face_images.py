"""Image classifiers of the transformers library, called like ours."""

from collections.abc import Sequence
from pathlib import Path

import torch
from jaxtyping import Float, UInt8
from torch import Tensor, nn

from salience.models.hugging_face import load_network
from salience.models.image_classifier import Classified


class PixelClassifier(nn.Module):
    """Scales pixels as its network was trained to see them; it has no map of attention."""

    mean: Tensor
    deviation: Tensor

    def __init__(
        self,
        network: nn.Module,
        *,
        factor: float,
        mean: Sequence[float],
        deviation: Sequence[float],
    ) -> None:
        super().__init__()
        self.network = network
        self.factor = factor
        self.register_buffer("mean", torch.tensor(mean))
        self.register_buffer("deviation", torch.tensor(deviation))

    def forward(self, pixels: UInt8[Tensor, "batch height width 3"]) -> Classified:
        """What each RGB image shows."""
        scaled = (pixels.float() * self.factor - self.mean) / self.deviation
        scores = self.network(pixel_values=scaled.permute(0, 3, 1, 2)).logits
        nowhere: Float[Tensor, "batch 0 0"] = scores.new_zeros(pixels.size(0), 0, 0)
        return Classified(scores.softmax(dim=1), nowhere)


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
