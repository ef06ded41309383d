"""Finds objects without attention: every place of the map tells the box it is in.

Source: Tian et al., "FCOS: Fully Convolutional One-Stage Object Detection" (2019), on one map.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, UInt8
from torch import Tensor, nn

from salience.models.detections import Detections, DetectorSize, normalized
from salience.models.efficientnet_lite import EfficientNetLite
from salience.models.places import grid_places

RARE = -3.0
NUM_GROUPS = 8
FIRST_DISTANCE = -2.5
"""The logarithm of the first distance to an edge, as a share of the image."""


class PlaceOutput(NamedTuple):
    """What every place says. `distances` go to the left, top, right and lower edge."""

    logits: Float[Tensor, "batch places classes"]
    distances: Float[Tensor, "batch places 4"]
    centredness: Float[Tensor, "batch places"]


class AnchorFreeDetector(nn.Module):
    """EfficientNet-Lite's first stages, and two towers of convolutions over their map."""

    grid: Tensor

    def __init__(self, size: DetectorSize, *, num_classes: int) -> None:
        super().__init__()
        self.size = size
        self.backbone = EfficientNetLite(size.backbone())
        self.class_tower = _tower(size.width)
        self.box_tower = _tower(size.width)
        self.classes = nn.Conv2d(size.width, num_classes, 3, padding=1)
        self.distances = nn.Conv2d(size.width, 4, 3, padding=1)
        self.centredness = nn.Conv2d(size.width, 1, 3, padding=1)
        assert self.classes.bias is not None
        assert self.distances.bias is not None
        nn.init.constant_(self.classes.bias, RARE)
        nn.init.constant_(self.distances.bias, FIRST_DISTANCE)
        self.register_buffer("grid", grid_places(size.backbone().map_size), persistent=False)

    def forward(self, pixels: UInt8[Tensor, "batch side side 3"]) -> Detections:
        """A candidate for every place; neighbours find the same object."""
        said = self.said(pixels)
        scores = (said.logits.sigmoid() * said.centredness.sigmoid()[..., None]).sqrt()
        low, high = self.grid - said.distances[..., :2], self.grid + said.distances[..., 2:]
        boxes = torch.cat([(low + high) / 2, high - low], dim=-1)
        return Detections(scores, boxes, boxes.new_zeros(*boxes.shape[:2], 0, 0))

    def said(self, pixels: UInt8[Tensor, "batch side side 3"]) -> PlaceOutput:
        """What every place says, row by row."""
        places = self.backbone(normalized(pixels))
        boxes = self.box_tower(places)
        return PlaceOutput(
            _rows(self.classes(self.class_tower(places))),
            _rows(self.distances(boxes)).clamp(max=1).exp(),
            _rows(self.centredness(boxes)).squeeze(2),
        )


def _tower(width: int) -> nn.Sequential:
    return nn.Sequential(
        *(
            part
            for _ in range(2)
            for part in (
                nn.Conv2d(width, width, 3, padding=1),
                nn.GroupNorm(NUM_GROUPS, width),
                nn.ReLU(),
            )
        )
    )


def _rows(places: Tensor) -> Tensor:
    return places.flatten(2).transpose(1, 2)
