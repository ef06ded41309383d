"""What every detecting network answers, and the backbone they share."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from jaxtyping import Float, UInt8
from torch import Tensor

from salience.models.efficientnet_lite import EfficientNetLiteSize, lite0
from salience.models.image_classifier import HALF_RANGE, MIDDLE

NUM_STAGES = 5
"""Of EfficientNet-Lite0: up to a map with a place for every 16 x 16 pixels."""


class Detections(NamedTuple):
    """Candidates for objects. A box is its centre's x and y, width and height, from 0 to 1."""

    scores: Float[Tensor, "batch candidates classes"]
    boxes: Float[Tensor, "batch candidates 4"]
    attention: Float[Tensor, "batch candidates rows columns"]


@dataclass(frozen=True)
class DetectorSize:
    """Images are squares of `image_size` pixels, a multiple of 32."""

    image_size: int = 320
    width: int = 128
    num_heads: int = 4
    num_encoder_layers: int = 2
    num_decoder_layers: int = 3
    num_queries: int = 64

    def backbone(self) -> EfficientNetLiteSize:
        """The stages of EfficientNet-Lite0 that are used, and a head of our width."""
        stages = lite0().stages[:NUM_STAGES]
        return replace(lite0(), image_size=self.image_size, stages=stages, head_width=self.width)


def normalized(
    pixels: UInt8[Tensor, "batch side side 3"],
) -> Float[Tensor, "batch 3 side side"]:
    """As the backbone was trained to see them."""
    return (pixels.permute(0, 3, 1, 2).float() - MIDDLE) / HALF_RANGE
