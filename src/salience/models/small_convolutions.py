"""A small convolutional classifier, with the attention of CBAM and without.

Source: the layout is that of Page, "How to Train Your ResNet" (2018), as Jordan shortened it,
"94% on CIFAR-10 in 3.29 Seconds on a Single GPU" (2024); the attention is Woo et al.'s (2018).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from jaxtyping import Float, UInt8
from torch import Tensor, nn

from salience.attention.feature_maps.cbam import CBAM
from salience.models.image_classifier import Classified

MIDDLE, HALF_RANGE = 127.5, 127.5
"""Of a pixel."""
SCALE_OF_SCORES = 1 / 9


@dataclass(frozen=True)
class ConvolutionsSize:
    """Images are square, with sides of `image_size` pixels; each of `widths` halves the map."""

    image_size: int = 32
    stem_width: int = 24
    widths: tuple[int, ...] = (64, 128, 256)
    attention: bool = True


def convolutions_size(settings: Mapping[str, Any]) -> ConvolutionsSize:
    """The size as `model.json` has it."""
    return ConvolutionsSize(**{**settings, "widths": tuple(settings["widths"])})


class Scored(NamedTuple):
    """A number for each class, and for each place of the map."""

    scores: Float[Tensor, "batch classes"]
    places: Float[Tensor, "batch map_rows map_columns"]


class Weighed(NamedTuple):
    """A map of features, and how much of each place was let pass: nothing without attention."""

    features: Float[Tensor, "batch width rows columns"]
    places: Float[Tensor, "batch map_rows map_columns"]


class ConvolutionBlock(nn.Module):
    """Widen and halve, look around again, then weigh what matters."""

    def __init__(self, inputs: int, outputs: int, *, attention: bool) -> None:
        super().__init__()
        self.widen = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.look = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.halve = nn.MaxPool2d(2)
        self.norms = nn.ModuleList(nn.BatchNorm2d(outputs) for _ in range(2))
        self.attention = CBAM(channels=outputs) if attention else None

    def forward(self, features: Float[Tensor, "batch inputs rows columns"]) -> Weighed:
        """The map after this block, of half the size."""
        halved = nn.functional.gelu(self.norms[0](self.halve(self.widen(features))))
        seen = nn.functional.gelu(self.norms[1](self.look(halved)))
        if self.attention is None:
            return Weighed(seen, seen.new_zeros(len(seen), 0, 0))
        weighed = self.attention.channel(seen)
        places = self.attention.spatial.weights(weighed)
        return Weighed(weighed * places[:, None], places)


class SmallConvolutions(nn.Module):
    """Names what a small picture shows; its last but one map is where it looked."""

    def __init__(self, size: ConvolutionsSize, *, num_classes: int) -> None:
        super().__init__()
        self.size = size
        self.stem = nn.Conv2d(3, size.stem_width, 2)
        inputs = (size.stem_width, *size.widths[:-1])
        self.blocks = nn.ModuleList(
            ConvolutionBlock(*widths, attention=size.attention)
            for widths in zip(inputs, size.widths, strict=True)
        )
        self.classes = nn.Linear(size.widths[-1], num_classes, bias=False)

    def forward(self, pixels: UInt8[Tensor, "batch side side 3"]) -> Classified:
        """What each square RGB picture and its mirror image show, on average.

        A map's weights sum to 1.
        """
        seen, mirrored = self.scores(pixels), self.scores(pixels.flip(2))
        probabilities = (seen.scores.softmax(dim=1) + mirrored.scores.softmax(dim=1)) / 2
        places = seen.places + mirrored.places.flip(2)
        shares = places / places.sum(dim=(1, 2), keepdim=True).clamp(min=1e-6)
        return Classified(probabilities, shares)

    def scores(self, pixels: UInt8[Tensor, "batch side side 3"]) -> Scored:
        """What the classes weigh before the softmax, and what each place let pass."""
        images = (pixels.permute(0, 3, 1, 2).float() - MIDDLE) / HALF_RANGE
        *firsts, last = self.blocks
        weighed = Weighed(
            nn.functional.gelu(self.stem(images)), images.new_zeros(len(images), 0, 0)
        )
        for block in firsts:
            weighed = block(weighed.features)
        most = last(weighed.features).features.amax(dim=(2, 3))
        return Scored(self.classes(most).float() * SCALE_OF_SCORES, weighed.places.float())
