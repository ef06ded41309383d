"""How far boxes and classes are from what they should be."""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

HARDNESS, SHARE_OF_PRESENT = 2.0, 0.25


def edges_of(boxes: Float[Tensor, "*batch 4"]) -> Float[Tensor, "*batch 4"]:
    """Left, top, right and lower edge, of centre, width and height."""
    halves = boxes[..., 2:] / 2
    return torch.cat([boxes[..., :2] - halves, boxes[..., :2] + halves], dim=-1)


def generalized_overlap(
    first: Float[Tensor, "*#batch 4"], second: Float[Tensor, "*#batch 4"]
) -> Float[Tensor, "*batch"]:
    """From -1 to 1, of boxes by their edges: how much they share, less the gap between them.

    Source: Rezatofighi et al., "Generalized Intersection over Union" (2019).
    """
    shared = _area(
        torch.maximum(first[..., :2], second[..., :2]),
        torch.minimum(first[..., 2:], second[..., 2:]),
    )
    union = _area(first[..., :2], first[..., 2:]) + _area(second[..., :2], second[..., 2:]) - shared
    around = _area(
        torch.minimum(first[..., :2], second[..., :2]),
        torch.maximum(first[..., 2:], second[..., 2:]),
    )
    least = torch.finfo(union.dtype).eps
    return shared / union.clamp(min=least) - (around - union) / around.clamp(min=least)


def focal_loss(
    logits: Float[Tensor, "*batch"], present: Float[Tensor, "*batch"]
) -> Float[Tensor, "*batch"]:
    """Binary cross entropy in which what is easy counts little.

    Source: Lin et al., "Focal Loss for Dense Object Detection" (2017).
    """
    loss = functional.binary_cross_entropy_with_logits(logits, present, reduction="none")
    wrong = (logits.sigmoid() - present).abs()
    share = SHARE_OF_PRESENT * present + (1 - SHARE_OF_PRESENT) * (1 - present)
    return share * wrong**HARDNESS * loss


def _area(low: Tensor, high: Tensor) -> Tensor:
    return (high - low).clamp(min=0).prod(dim=-1)
