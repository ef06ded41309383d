"""A generator and a discriminator, learning against each other in one step.

Sources: the hinge loss and spectral normalization in both networks as in Zhang et al.,
"Self-Attention Generative Adversarial Networks" (2019), section 4; Miyato et al., "Spectral
Normalization for Generative Adversarial Networks" (2018). What is judged is changed as in
Zhao et al., "Differentiable Augmentation for Data-Efficient GAN Training" (2020): with few
pictures the discriminator would come to know each of them.
"""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from jaxtyping import Float, UInt8
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm
from torch.nn.utils.parametrize import remove_parametrizations

from salience.models.adversarial import (
    HALF_RANGE,
    MIDDLE,
    AdversarialSize,
    Discriminator,
    Generator,
)
from salience.training.precision import fastest_autocast

NORMALIZED = (nn.Conv2d, nn.Linear)
MOST_MOVED = 4
"""Pixels, in each direction."""


class AdversarialBatch(NamedTuple):
    """Pictures to tell from others, and the noise to make the others of."""

    pixels: UInt8[Tensor, "batch side side 3"]
    noise: Float[Tensor, "batch noise_width"]


class Adversaries(nn.Module):
    """Both networks, their weights divided by their largest singular values."""

    def __init__(self, size: AdversarialSize) -> None:
        super().__init__()
        self.generator = Generator(size)
        self.discriminator = Discriminator(size)
        for module in list(self.modules()):
            if isinstance(module, NORMALIZED):
                nn.init.orthogonal_(module.weight)
                spectral_norm(module)


def without_normalization(generator: Generator) -> Generator:
    """The generator with the weights that it has in effect."""
    for module in generator.modules():
        if isinstance(module, NORMALIZED):
            remove_parametrizations(module, "weight")
    return generator


def adversarial_batches(
    pixels: UInt8[Tensor, "pictures side side 3"],
    *,
    noise_width: int,
    batch_size: int,
    seed: int,
    start: int,
) -> Iterator[AdversarialBatch]:
    """Batches without end, from number `start`; every second picture is mirrored, by chance."""
    for number in range(start, 2**62):
        chance = torch.Generator().manual_seed(seed + number)
        rows = torch.randint(len(pixels), (batch_size,), generator=chance)
        mirrored = torch.rand(batch_size, 1, 1, 1, generator=chance) < 0.5
        noise = torch.randn(batch_size, noise_width, generator=chance)
        chosen = pixels[rows]
        yield AdversarialBatch(torch.where(mirrored, chosen.flip(2), chosen), noise)


def mean_loss(model: nn.Module, batch: AdversarialBatch) -> tuple[Tensor, int]:
    """The sum of both networks' losses, each with gradients for its own network alone."""
    assert isinstance(model, Adversaries)
    drawn = (batch.pixels.permute(0, 3, 1, 2).float() - MIDDLE) / HALF_RANGE
    with fastest_autocast():
        made = model.generator.pictures(batch.noise)
        judged_drawn = model.discriminator(moved(drawn))
        judged_made = model.discriminator(moved(made.detach()))
        model.discriminator.requires_grad_(False)
        deceived = model.discriminator(moved(made))
        model.discriminator.requires_grad_(True)
    telling = (1 - judged_drawn.float()).relu().mean() + (1 + judged_made.float()).relu().mean()
    return telling - deceived.float().mean(), len(drawn)


def moved(pictures: Float[Tensor, "batch 3 side side"]) -> Float[Tensor, "batch 3 side side"]:
    """Each picture moved by some pixels, with white coming in, and a quarter of it greyed out."""
    batch, _, side, _ = pictures.shape
    shift = torch.randint(-MOST_MOVED, MOST_MOVED + 1, (2, batch, 1))
    places = torch.arange(side) + shift
    seen = (places >= 0) & (places < side)
    rows, columns = places.clamp(0, side - 1)
    inside = (seen[0][:, :, None] & seen[1][:, None, :])[:, None]
    taken = pictures[
        torch.arange(batch)[:, None, None, None],
        torch.arange(3)[:, None, None],
        rows[:, None, :, None],
        columns[:, None, None, :],
    ]
    hole = torch.randint(0, side // 2 + 1, (2, batch, 1))
    hidden = (torch.arange(side) >= hole) & (torch.arange(side) < hole + side // 2)
    greyed = (hidden[0][:, :, None] & hidden[1][:, None, :])[:, None]
    return torch.where(inside, taken, 1.0).masked_fill(greyed, 0.0)
