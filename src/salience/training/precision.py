"""The precision that a CPU multiplies matrices fastest in."""

import torch


def bfloat16_is_fast() -> bool:
    """Whether this CPU has instructions for bfloat16.

    Without them PyTorch multiplies bfloat16 matrices many times slower than float32.
    """
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def fastest_autocast() -> torch.autocast:
    """Compute in bfloat16 inside this block, where the CPU gains by it."""
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=bfloat16_is_fast())
