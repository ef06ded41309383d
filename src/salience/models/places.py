"""Places in an image as vectors, so that attention can tell what is near."""

import math

import torch
from jaxtyping import Float
from torch import Tensor

LONGEST_WAVE = 20.0


def place_vectors(places: Float[Tensor, "*batch 2"], width: int) -> Float[Tensor, "*batch {width}"]:
    """Sines and cosines of x and of y, which are from 0 to 1; `width` is a multiple of 4.

    Source: Carion et al., "End-to-End Object Detection with Transformers" (2020), section A.4.
    """
    num_waves = width // 4
    steps = torch.arange(num_waves, device=places.device) / max(num_waves - 1, 1)
    rates = 2 * math.pi * LONGEST_WAVE ** (1 - steps) / 2
    angles = places[..., None] * rates
    return torch.cat([angles.sin(), angles.cos()], dim=-1).flatten(-2)


def grid_places(side: int) -> Float[Tensor, "places 2"]:
    """The centres of the cells of a square grid, row by row."""
    centres = (torch.arange(side) + 0.5) / side
    rows, columns = torch.meshgrid(centres, centres, indexing="ij")
    return torch.stack([columns, rows], dim=-1).reshape(-1, 2)
