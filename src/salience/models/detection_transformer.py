"""Finds objects with attention: a Transformer decoder asks an image for a set of boxes.

Source: Carion et al., "End-to-End Object Detection with Transformers" (2020). Every query has
a box that each layer moves (Liu et al., "DAB-DETR", 2022), which lets few images suffice.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, UInt8
from torch import Tensor, nn

from salience.attention import CrossAttention, SelfAttention
from salience.models.detections import Detections, DetectorSize, normalized
from salience.models.efficientnet_lite import EfficientNetLite
from salience.models.places import grid_places, place_vectors

RARE = -3.0
"""The logit of an object before anything is learnt: most candidates are none."""
FIRST_EXTENT = -1.7
"""The logit of a box's first width and height: a sixth of the image."""


class LayerOutput(NamedTuple):
    """What one layer of the decoder says: logits of classes, and boxes."""

    logits: Float[Tensor, "batch queries classes"]
    boxes: Float[Tensor, "batch queries 4"]


class _Asked(NamedTuple):
    """What a layer of the decoder is given besides the image."""

    queries: Float[Tensor, "batch queries width"]
    where: Float[Tensor, "batch queries width"]


class _Decoded(NamedTuple):
    """What every layer says, and what it was given."""

    layers: list[LayerOutput]
    asked: list[_Asked]


class EncoderLayer(nn.Module):
    """Every place of the map looks at all the others."""

    def __init__(self, size: DetectorSize) -> None:
        super().__init__()
        self.attention = SelfAttention(width=size.width, num_heads=size.num_heads)
        self.inner = _inner(size.width)
        self.norms = nn.ModuleList(nn.LayerNorm(size.width) for _ in range(2))

    def forward(
        self, places: Float[Tensor, "batch places width"]
    ) -> Float[Tensor, "batch places width"]:
        """The places, each with what it found in the others."""
        visible = _everything(places)
        places = places + self.attention(self.norms[0](places), visible=visible)
        return places + self.inner(self.norms[1](places))  # type: ignore[no-any-return]


class DecoderLayer(nn.Module):
    """Every query looks at the others, so that no two find the same, and at the image."""

    def __init__(self, size: DetectorSize) -> None:
        super().__init__()
        self.among = SelfAttention(width=size.width, num_heads=size.num_heads)
        self.image = CrossAttention(width=size.width, num_heads=size.num_heads)
        self.inner = _inner(size.width)
        self.norms = nn.ModuleList(nn.LayerNorm(size.width) for _ in range(3))

    def forward(
        self, queries: Tensor, where: Tensor, places: Tensor
    ) -> Float[Tensor, "batch queries width"]:
        """The queries, with what they found; `where` has the vectors of their boxes."""
        among = self.among(self.norms[0](queries + where), visible=_everything(queries))
        queries = queries + among
        asked = self.norms[1](queries + where)
        queries = queries + self.image(asked, places, visible=_everything(places))
        return queries + self.inner(self.norms[2](queries))  # type: ignore[no-any-return]

    def looked(
        self, queries: Tensor, where: Tensor, places: Tensor
    ) -> Float[Tensor, "batch queries places"]:
        """Where in the image each query looks, over all heads; a row sums to 1."""
        among = self.among(self.norms[0](queries + where), visible=_everything(queries))
        asked = self.norms[1](queries + among + where)
        return self.image.weights(asked, places, visible=_everything(places)).mean(dim=1)


class DetectionTransformer(nn.Module):
    """EfficientNet-Lite's first stages, and a Transformer over their map."""

    grid: Tensor

    def __init__(self, size: DetectorSize, *, num_classes: int) -> None:
        super().__init__()
        self.size = size
        self.backbone = EfficientNetLite(size.backbone())
        self.encoder = nn.ModuleList(EncoderLayer(size) for _ in range(size.num_encoder_layers))
        self.decoder = nn.ModuleList(DecoderLayer(size) for _ in range(size.num_decoder_layers))
        self.queries = nn.Parameter(0.1 * torch.randn(size.num_queries, size.width))
        self.first_boxes = nn.Parameter(_first_boxes(size.num_queries))
        self.where = nn.Linear(size.width + 2, size.width)
        self.norm = nn.LayerNorm(size.width)
        self.classes = nn.Linear(size.width, num_classes)
        last = nn.Linear(size.width, 4)
        self.move = nn.Sequential(nn.Linear(size.width, size.width), nn.ReLU(), last)
        nn.init.constant_(self.classes.bias, RARE)
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)
        grid = place_vectors(grid_places(size.backbone().map_size), size.width)
        self.register_buffer("grid", grid, persistent=False)

    def forward(self, pixels: UInt8[Tensor, "batch side side 3"]) -> Detections:
        """The candidates of the last layer, without where they looked."""
        logits, boxes = self._decoded(self.places(pixels)).layers[-1]
        return Detections(logits.sigmoid(), boxes, boxes.new_zeros(*boxes.shape[:2], 0, 0))

    def explained(self, pixels: UInt8[Tensor, "batch side side 3"]) -> Detections:
        """The same, with where in the image the layers looked for each of them, on average.

        The first finds the object, the later ones look around it.
        """
        places = self.places(pixels)
        layers, asked = self._decoded(places)
        logits, boxes = layers[-1]
        looked = torch.zeros(*boxes.shape[:2], places.shape[1], device=places.device)
        for layer, given in zip(self.decoder, asked, strict=True):
            assert isinstance(layer, DecoderLayer)
            looked += layer.looked(*given, places) / len(asked)
        side = self.size.backbone().map_size
        attention = looked.reshape(*looked.shape[:2], side, side)
        return Detections(logits.sigmoid(), boxes, attention)

    def places(
        self, pixels: UInt8[Tensor, "batch side side 3"]
    ) -> Float[Tensor, "batch places width"]:
        """The image as the encoder leaves it, row by row."""
        places = self.backbone(normalized(pixels)).flatten(2).transpose(1, 2) + self.grid
        for layer in self.encoder:
            places = layer(places)
        return places + self.grid  # type: ignore[no-any-return]

    def layers(self, pixels: UInt8[Tensor, "batch side side 3"]) -> list[LayerOutput]:
        """What every layer of the decoder says; each of them is taught."""
        return self._decoded(self.places(pixels)).layers

    def _decoded(self, places: Tensor) -> _Decoded:
        queries = self.queries.expand(len(places), -1, -1)
        at = self.first_boxes.expand(len(places), -1, -1)
        outputs: list[LayerOutput] = []
        asked: list[_Asked] = []
        for layer in self.decoder:
            asked.append(_Asked(queries, self._where(at)))
            queries = layer(*asked[-1], places)
            told = self.norm(queries)
            moved = at + self.move(told)
            outputs.append(LayerOutput(self.classes(told), moved.sigmoid()))
            at = moved.detach()
        return _Decoded(outputs, asked)

    def _where(self, at: Tensor) -> Tensor:
        boxes = at.sigmoid()
        vectors = place_vectors(boxes[..., :2], self.size.width)
        return self.where(torch.cat([vectors, boxes[..., 2:]], dim=-1))  # type: ignore[no-any-return]


def _inner(width: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(width, 4 * width), nn.ReLU(), nn.Linear(4 * width, width))


def _everything(seen: Tensor) -> Tensor:
    return torch.ones(1, 1, 1, seen.shape[1], dtype=torch.bool, device=seen.device)


def _first_boxes(number: int) -> Tensor:
    """Logits of boxes whose centres are spread over the image."""
    side = round(number**0.5)
    if side**2 != number:
        raise ValueError(f"{number} queries do not make a square grid")
    centres = torch.logit(grid_places(side))
    return torch.cat([centres, torch.full((number, 2), FIRST_EXTENT)], dim=1)
