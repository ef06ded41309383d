"""The recurrent model of visual attention: it names a picture after a few glimpses of it.

Source: Mnih et al., "Recurrent Models of Visual Attention" (2014), with a GRU in place of
their plain recurrence.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from jaxtyping import Float, UInt8
from torch import Tensor, nn

from salience.attention.feature_maps.glimpse import GlimpseSensor
from salience.models.image_classifier import Classified

MAP_SIZE = 16


@dataclass(frozen=True)
class GlimpseSize:
    """The sizes of the network, and how widely places are drawn while training.

    Pictures are square, with sides of `image_size` pixels; the sharpest of a glimpse's
    `num_scales` squares has sides of `glimpse_size`.
    """

    image_size: int = 32
    glimpse_size: int = 8
    num_scales: int = 3
    num_glimpses: int = 6
    width: int = 256
    deviation: float = 0.15


class Glimpsed(NamedTuple):
    """What was seen, and how it was come by.

    `scores` are those of the classes after the last glimpse. Of each glimpse: where its middle
    lies, as (row, column) from -1 to 1; how likely that was to be chosen; and what reward was
    expected before it was taken.
    """

    scores: Float[Tensor, "batch classes"]
    places: Float[Tensor, "batch glimpses 2"]
    log_probability: Float[Tensor, "batch glimpses"]
    expected_reward: Float[Tensor, "batch glimpses"]


class GlimpseNetwork(nn.Module):
    """Looks at the middle first, and then where it chooses to."""

    def __init__(self, size: GlimpseSize, *, num_classes: int) -> None:
        super().__init__()
        self.size = size
        self.sensor = GlimpseSensor(size=size.glimpse_size, num_scales=size.num_scales)
        self.what = nn.Linear(size.num_scales * size.glimpse_size**2, size.width)
        self.where = nn.Linear(2, size.width)
        self.memory = nn.GRUCell(size.width, size.width)
        self.next_place = nn.Linear(size.width, 2)
        self.reward = nn.Linear(size.width, 1)
        self.classes = nn.Linear(size.width, num_classes)

    def forward(self, pixels: UInt8[Tensor, "batch side side 3"]) -> Classified:
        """What each picture shows; a map's weights sum to 1 and say where its glimpses lay."""
        seen = self.look(pixels)
        return Classified(seen.scores.softmax(dim=1), self._map(seen.places))

    def look(self, pixels: UInt8[Tensor, "batch side side 3"]) -> Glimpsed:
        """Take every glimpse; places are drawn while training, and else the likeliest."""
        images = pixels.float().mean(dim=3)[:, None] / 255
        memory = images.new_zeros(len(images), self.size.width)
        place = images.new_zeros(len(images), 2)
        likely = images.new_zeros(len(images))
        taken = []
        for _ in range(self.size.num_glimpses):
            expected = self.reward(memory.detach()).squeeze(1)
            taken.append((place, likely, expected))
            seen = self.sensor(images, place).flatten(1)
            memory = self.memory((self.what(seen) + self.where(place)).relu(), memory)
            place, likely = self._choose(memory)
        choices = (torch.stack(one, dim=1) for one in zip(*taken, strict=True))
        return Glimpsed(self.classes(memory), *choices)

    def _choose(
        self, memory: Float[Tensor, "batch width"]
    ) -> tuple[Float[Tensor, "batch 2"], Float[Tensor, "batch"]]:
        """Where to look next, and the logarithm of how likely that was."""
        mean = self.next_place(memory).tanh()
        spread = torch.distributions.Normal(mean, self.size.deviation)
        place = spread.sample() if self.training else mean
        return place.clamp(-1, 1), spread.log_prob(place).sum(dim=1)

    def _map(
        self, places: Float[Tensor, "batch glimpses 2"]
    ) -> Float[Tensor, "batch map_rows map_columns"]:
        """The share of the sharp squares that covers each cell of the picture."""
        reach = self.size.glimpse_size / self.size.image_size
        cells = (torch.arange(MAP_SIZE, device=places.device) + 0.5) / MAP_SIZE * 2 - 1
        rows, columns = ((cells - one[..., None]).abs() <= reach for one in places.unbind(dim=2))
        covered = (rows[..., :, None] & columns[..., None, :]).float().sum(dim=1)
        return covered / covered.sum(dim=(1, 2), keepdim=True)
