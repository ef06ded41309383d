"""A generator of small pictures and its discriminator, with attention and without.

Sources: Zhang et al., "Self-Attention Generative Adversarial Networks" (2019), for attention in
the middle of both; Miyato et al., "Spectral Normalization for Generative Adversarial Networks"
(2018), for the convolutions around it, of which the discriminator has some fewer here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from jaxtyping import Float, UInt8
from torch import Tensor, nn

from salience.attention.feature_maps.position_attention import PositionAttention
from salience.models.stored_weights import load_weights

MIDDLE, HALF_RANGE = 127.5, 127.5
"""Of a pixel."""
FIRST_SIDE = 4


@dataclass(frozen=True)
class AdversarialSize:
    """A picture grows from four rows of four places; each further width is of a map twice as large.

    With `attention` the places of the last map but one look at one another.
    """

    noise_width: int = 128
    widths: tuple[int, ...] = (256, 128, 64, 32)
    attention: bool = True

    @property
    def attending_width(self) -> int:
        """That of the map that attends."""
        return self.widths[-2]


def adversarial_size(settings: Mapping[str, Any]) -> AdversarialSize:
    """The size as `model.json` has it."""
    return AdversarialSize(**{**settings, "widths": tuple(settings["widths"])})


class Generated(NamedTuple):
    """Pictures, and how much each place of the map looked at each other, where it was asked for."""

    pixels: UInt8[Tensor, "batch side side 3"]
    attention: Float[Tensor, "batch places seen_places"]


class Generator(nn.Module):
    """Makes pictures of noise."""

    def __init__(self, size: AdversarialSize) -> None:
        super().__init__()
        self.size = size
        self.seed = nn.Linear(size.noise_width, size.widths[0] * FIRST_SIDE**2)
        self.first_norm = nn.BatchNorm2d(size.widths[0])
        self.grow = nn.ModuleList(_grow(*widths) for widths in pairwise(size.widths))
        self.attention = (
            PositionAttention(channels=size.attending_width) if size.attention else None
        )
        self.paint = nn.Conv2d(size.widths[-1], 3, 3, padding=1)

    def forward(self, noise: Float[Tensor, "batch noise_width"]) -> Generated:
        """A picture of each row, drawn from a normal distribution, without attention."""
        features = self.features(noise)
        return Generated(self._pixels(features), features.new_zeros(len(features), 0, 0))

    def explained(self, noise: Float[Tensor, "batch noise_width"]) -> Generated:
        """The same, with attention; only where there is any."""
        assert self.attention is not None
        features = self.features(noise)
        return Generated(self._pixels(features), self.attention.weights(features))

    def pictures(
        self, noise: Float[Tensor, "batch noise_width"]
    ) -> Float[Tensor, "batch 3 side side"]:
        """The same pictures from -1 to 1, to learn by."""
        return self.painted(self.features(noise))

    def features(
        self, noise: Float[Tensor, "batch noise_width"]
    ) -> Float[Tensor, "batch width rows columns"]:
        """The map that attends."""
        first = self.seed(noise).view(len(noise), -1, FIRST_SIDE, FIRST_SIDE)
        features: Tensor = nn.functional.relu(self.first_norm(first))
        for grow in self.grow[:-1]:
            features = grow(features)
        return features

    def painted(
        self, features: Float[Tensor, "batch width rows columns"]
    ) -> Float[Tensor, "batch 3 side side"]:
        """Pictures of maps, from -1 to 1."""
        attended = features if self.attention is None else self.attention(features)
        return self.paint(self.grow[-1](attended)).tanh()  # type: ignore[no-any-return]

    def _pixels(
        self, features: Float[Tensor, "batch width rows columns"]
    ) -> UInt8[Tensor, "batch side side 3"]:
        pixels = self.painted(features).float() * HALF_RANGE + MIDDLE
        return pixels.permute(0, 2, 3, 1).round().byte()


class Discriminator(nn.Module):
    """Tells pictures that were drawn from pictures that were made: above 0, and below."""

    def __init__(self, size: AdversarialSize) -> None:
        super().__init__()
        smallest = size.widths[0]
        self.look = nn.Conv2d(3, size.widths[-1], 3, padding=1)
        self.shrink = nn.ModuleList(
            nn.Conv2d(*widths, 4, stride=2, padding=1) for widths in pairwise(size.widths[::-1])
        )
        self.attention = (
            PositionAttention(channels=size.attending_width) if size.attention else None
        )
        self.consider = nn.Conv2d(smallest, smallest, 3, padding=1)
        self.judge = nn.Linear(smallest * FIRST_SIDE**2, 1)

    def forward(self, pictures: Float[Tensor, "batch 3 side side"]) -> Float[Tensor, "batch"]:
        """How much each picture, from -1 to 1, looks drawn."""
        first, *others = self.shrink
        features = _bent(first(_bent(self.look(pictures))))
        if self.attention is not None:
            features = self.attention(features)
        for shrink in others:
            features = _bent(shrink(features))
        return self.judge(_bent(self.consider(features)).flatten(1)).squeeze(1)  # type: ignore[no-any-return]


def _grow(inputs: int, outputs: int) -> nn.Sequential:
    """To a map twice as large."""
    return nn.Sequential(
        nn.Upsample(scale_factor=2),
        nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


def _bent(features: Tensor) -> Tensor:
    return nn.functional.leaky_relu(features, 0.1)


def load_generator(weights: Path, size: AdversarialSize) -> Generator:
    """A generator with stored weights, in single precision, ready to make pictures."""
    network = Generator(size)
    network.load_state_dict(load_weights(weights))
    return network.eval()
