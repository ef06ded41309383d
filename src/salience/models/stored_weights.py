"""A network's weights on disk: safetensors, in half precision or in eight bits.

In eight bits a matrix is kept as whole numbers from -127 to 127 with one scale for each
of its rows, under its own name and `<name>:scale`; vectors stay in half precision.
"""

from collections.abc import Mapping
from math import prod
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

SCALE = ":scale"
MOST = 127


def save_weights(weights: Mapping[str, Tensor], path: Path, *, eight_bits: bool = False) -> None:
    """Write a state dict; with `eight_bits` in half the space of half precision."""
    stored: dict[str, Tensor] = {}
    for name, tensor in weights.items():
        if eight_bits and tensor.ndim >= 2 and tensor.is_floating_point():
            stored[name], stored[name + SCALE] = _quantized(tensor)
        else:
            stored[name] = tensor.half().contiguous()
    save_file(stored, path)
    path.chmod(0o644)  # safetensors lets only the owner read


def load_weights(path: Path) -> dict[str, Tensor]:
    """The state dict, in single precision."""
    stored = load_file(path)
    return {
        name: _restored(tensor, stored.get(name + SCALE))
        for name, tensor in stored.items()
        if not name.endswith(SCALE)
    }


def num_parameters(path: Path) -> int:
    """How many numbers a network with these weights has, without reading them."""
    with safe_open(path, framework="pt") as stored:
        names = [name for name in sorted(stored.keys()) if not name.endswith(SCALE)]
        shapes = [stored.get_slice(name).get_shape() for name in names]
    return sum(map(prod, shapes))


def _quantized(tensor: Tensor) -> tuple[Tensor, Tensor]:
    rows = tensor.float().flatten(1)
    scale = rows.abs().amax(1, keepdim=True).clamp(min=1e-6) / MOST
    scale = scale.half().float().clamp(min=torch.finfo(torch.half).tiny)
    whole = (rows / scale).round().clamp(-MOST, MOST).to(torch.int8)
    return whole.reshape(tensor.shape), scale.squeeze(1).half()


def _restored(tensor: Tensor, scale: Tensor | None) -> Tensor:
    if scale is None:
        return tensor.float()
    return tensor.float() * scale.float().reshape(-1, *[1] * (tensor.ndim - 1))
