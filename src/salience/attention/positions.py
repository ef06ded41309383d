"""Where a token stands, as a vector."""

import math

import torch
from jaxtyping import Float
from torch import Tensor


def sinusoidal_positions(max_len: int, width: int) -> Float[Tensor, "{max_len} {width}"]:
    """Fixed position vectors: the first half sines, the second half cosines.

    Source: "Attention Is All You Need", section 3.5, with the halves side by side
    instead of interleaved, as tensor2tensor and CTranslate2 lay them out.
    """
    half = width // 2
    steepness = -math.log(10_000) / max(half - 1, 1)
    frequencies = torch.exp(torch.arange(half) * steepness)
    angles = torch.arange(max_len)[:, None] * frequencies[None, :]
    return torch.cat([angles.sin(), angles.cos()], dim=1)
