"""Where a token stands, as a vector."""

import math

import torch
from jaxtyping import Float
from torch import Tensor


def sinusoidal_positions(max_len: int, width: int) -> Float[Tensor, "{max_len} {width}"]:
    """Fixed position vectors: the first half sines, the second half cosines.

    Formula: sin(p ωᵢ) and cos(p ωᵢ) for position p, ωᵢ = 10000^(-i / (width / 2 - 1)).
    ValueError if the width is odd or less than 4.

    Source: "Attention Is All You Need", section 3.5, as the authors' tensor2tensor and
    CTranslate2 do it: the halves side by side instead of interleaved, and frequencies that
    reach 1/10000, where the paper's 10000^(-2i / width) stop before it.
    """
    if width < 4 or width % 2:
        raise ValueError(f"the width is {width}, and must be even and 4 at least")
    half = width // 2
    steepness = -math.log(10_000) / (half - 1)
    frequencies = torch.exp(torch.arange(half) * steepness)
    angles = torch.arange(max_len)[:, None] * frequencies[None, :]
    return torch.cat([angles.sin(), angles.cos()], dim=1)
